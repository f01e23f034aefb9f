namespace Harmony.OpenAI.Mapping;

/// <summary>Refuses names that could forge a header; the renderer would refuse them later, without the
/// place.</summary>
internal static class HeaderWords
{
    public static void CheckName(string? name, string path)
    {
        if (name is not null
            && (name.Length == 0 || HasForbidden(name) || name.StartsWith("to=", StringComparison.Ordinal)))
        {
            throw Refusals.Invalid(
                path, "a name is one word without <, >, |, / and \\ that does not begin with to=.");
        }
    }

    // As OpenAI: no white space, angle brackets, bars or slashes. A loop, as in the renderer's own check: names are
    // short, and a set of all these characters takes milliseconds to make, in a process's first request.
    private static bool HasForbidden(string name)
    {
        foreach (char c in name)
        {
            if (c is '<' or '>' or '|' or '\\' or '/' || char.IsWhiteSpace(c) || char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }
}
