using System.Text.Json;
using Harmony.Core.Serialization;

namespace Harmony.Core;

public sealed partial record ToolNamespace
{
    /// <summary>Writes the namespace as JSON into a writer, in the reference's form.</summary>
    /// <param name="writer">Takes one JSON value.</param>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public void WriteTo(Utf8JsonWriter writer) =>
        HarmonyJson.Write(writer, this, options: null, static (writer, value) => writer.Write(value));
}
