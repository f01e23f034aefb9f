using Harmony.Core.Serialization;

namespace Harmony.Core;

public sealed partial class ToolNamespaceCollection
{
    /// <summary>Reads tool namespaces from JSON in UTF-8: the object that a content has as its
    /// <c>tools</c>.</summary>
    /// <param name="utf8Json">The JSON, the whole of it.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no tools. The exception has
    /// the place, what stands there and what was expected.</exception>
    public static ToolNamespaceCollection Parse(ReadOnlySpan<byte> utf8Json, HarmonyJsonOptions? options = null) =>
        HarmonyJson.Parse(utf8Json, options, static (ref reader) => reader.ReadNamespaces());
}
