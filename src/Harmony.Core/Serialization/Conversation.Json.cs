using System.Text.Json;
using Harmony.Core.Serialization;

namespace Harmony.Core;

public sealed partial record Conversation
{
    /// <summary>Reads a conversation from JSON, in the reference's form.</summary>
    /// <param name="json">The JSON, the whole of it.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no conversation. The
    /// exception has the place, what stands there and what was expected.</exception>
    public static Conversation Parse(string json, HarmonyJsonOptions? options = null) =>
        HarmonyJson.Parse(json, options, static (ref reader) => reader.ReadConversation());

    /// <summary>Reads a conversation from JSON in UTF-8, in the reference's form.</summary>
    /// <param name="utf8Json">The JSON, the whole of it.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no conversation. The
    /// exception has the place, what stands there and what was expected.</exception>
    public static Conversation Parse(ReadOnlySpan<byte> utf8Json, HarmonyJsonOptions? options = null) =>
        HarmonyJson.Parse(utf8Json, options, static (ref reader) => reader.ReadConversation());

    /// <summary>Writes the conversation as JSON, in the reference's form.</summary>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public string ToJson(HarmonyJsonOptions? options = null) =>
        HarmonyJson.ToJson(this, options, static (writer, value) => writer.Write(value));

    /// <summary>Writes the conversation as JSON into a writer, in the reference's form.</summary>
    /// <param name="writer">Takes one JSON value.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public void WriteTo(Utf8JsonWriter writer, HarmonyJsonOptions? options = null) =>
        HarmonyJson.Write(writer, this, options, static (writer, value) => writer.Write(value));
}
