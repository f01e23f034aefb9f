using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>The window in two registers, for processors that extract bits: <see cref="StandIns"/> are
/// classified by byte, and the masks are turned into masks by character.</summary>
internal readonly unsafe struct Vector256WindowKernel : IWindowKernel
{
    public static bool IsSupported => Bmi2.X64.IsSupported;

    public static bool DepositsBits => true;

    // Safety: see IWindowKernel. Only bytes of the window are read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Classify(byte* window, CharacterClassTable classes, out ClassMasks masks)
    {
        if (!StandIns.TryClassifyAscii(window, out masks))
        {
            ClassifyHigh(window, classes, out masks);
        }
    }

    // Safety: as above.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ClassifyHigh(byte* window, CharacterClassTable classes, out ClassMasks masks)
    {
        byte* standIns = stackalloc byte[IWindowKernel.WindowLength];
        ulong lead = StandIns.Put(window, classes, standIns);
        StandIns.Classify(standIns, out masks);
        masks.CompactTo(lead);
    }
}
