using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Kernels;

/// <summary>By byte: where a window's characters of at least two, at least three and four bytes
/// begin.</summary>
internal readonly struct LeadMasks(ulong two, ulong three, ulong four)
{
    /// <summary>Where continuation bytes must be, and nowhere else.</summary>
    public ulong Continuations
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => two << 1 | three << 2 | four << 3;
    }

    /// <summary>The bytes before a character that the window's end truncates; it is left to the next
    /// window.</summary>
    /// <param name="continuations">Where continuation bytes are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong BeforeTruncatedChar(ulong continuations)
    {
        // 110_____ |          1110____ |, 1110____ 10______ |
        // 11110___ |, 11110___ 10______ |, 11110___ 10______ 10______ |          (the bar is the end)
        ulong truncated = (two & 1UL << 63)
            | (three & continuations >> 1 & 1UL << 62)
            | (four & continuations >> 1 & continuations >> 2 & 1UL << 61);
        return (truncated & (~truncated + 1)) - 1;
    }
}
