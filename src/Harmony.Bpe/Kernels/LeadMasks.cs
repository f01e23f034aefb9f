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

    /// <summary>Those of characters that go on behind the window, which are left to the next one.</summary>
    public ulong Incomplete
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => two & 1UL << 63 | three & 3UL << 62 | four & 7UL << 61;
    }
}
