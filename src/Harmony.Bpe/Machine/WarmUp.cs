namespace Harmony.Bpe.Machine;

/// <summary>The beginning of a process, if its texts are small: code for many bytes at a time takes longer to
/// compile than it takes to do without, and a small tool may need no more.</summary>
internal static class WarmUp
{
    /// <summary>Whether a text is among the first of a process, and counts it if so.</summary>
    /// <param name="used">How long those were that came before. Threads may count over one another; all that
    /// this can do is to end the warm-up a little later.</param>
    /// <param name="limit">How long they may be in all.</param>
    /// <param name="length">The text's length.</param>
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
