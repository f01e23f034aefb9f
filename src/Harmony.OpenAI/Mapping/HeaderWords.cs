using System.Buffers;

namespace Harmony.OpenAI.Mapping;

/// <summary>Refuses names that could forge a header; the renderer would refuse them later, without the
/// place.</summary>
internal static class HeaderWords
{
    // As OpenAI: no white space, angle brackets, bars or slashes.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
    [
        '<', '>', '|', '\\', '/',
        .. Enumerable.Range(0, char.MaxValue + 1).Select(static c => (char)c)
            .Where(static c => char.IsWhiteSpace(c) || char.IsControl(c)),
    ]);

    public static void CheckName(string? name, string path)
    {
        if (name is not null
            && (name.Length == 0 || name.AsSpan().ContainsAny(Forbidden)
                || name.StartsWith("to=", StringComparison.Ordinal)))
        {
            throw Refusals.Invalid(
                path, "a name is one word without <, >, |, / and \\ that does not begin with to=.");
        }
    }
}
