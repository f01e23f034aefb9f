using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>One piece of a message: text, or the structured content of system and developer
/// messages.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public abstract record Content
{
    // The set of kinds is closed: the format knows three.
    private protected Content()
    {
    }

    /// <summary>Plain text as a content.</summary>
    public static implicit operator Content(string text) => new TextContent(text);

    /// <summary>Plain text as a content.</summary>
    public static Content FromString(string text) => new TextContent(text);
}
