using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Kernels;

/// <summary>Where a window's characters begin that have at least two bytes, at least three, and four.</summary>
internal readonly struct LeadMasks(ulong two, ulong three, ulong four)
{
    /// <summary>Where the bytes must be that continue them, and nowhere else.</summary>
    public ulong Continuations
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => two << 1 | three << 2 | four << 3;
    }

    /// <summary>The bytes in front of a character that the window's end cuts: it is left to the next one.</summary>
    /// <param name="continuations">Where bytes are that continue characters.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong BeforeTruncatedChar(ulong continuations)
    {
        ulong cut = (two & 1UL << 63)
            | (three & continuations >> 1 & 1UL << 62)
            | (four & continuations >> 1 & continuations >> 2 & 1UL << 61);
        return (cut & (~cut + 1)) - 1;
    }
}
