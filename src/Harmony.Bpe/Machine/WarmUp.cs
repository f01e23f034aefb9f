namespace Harmony.Bpe.Machine;

/// <summary>The start of a process that encodes little: compiling the code for many bytes at a time would
/// take longer than encoding without it.</summary>
internal static class WarmUp
{
    /// <summary>Whether a text is among the first of a process; if so, its length is added up.</summary>
    /// <param name="used">The length of the texts so far. Threads may overwrite each other's sum, which only
    /// lets the warm-up end a little later.</param>
    /// <param name="limit">The length of all texts of the warm-up.</param>
    /// <param name="length">The length of the text.</param>
    public static bool Covers(ref int used, int limit, int length)
    {
        int before = used;
        if (length > limit - before)
        {
            return false;
        }

        used = before + length;
        return true;
    }
}
