using System.Runtime.CompilerServices;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>The window in registers of 128 bits, for processors that cannot extract bits:
/// <see cref="StandIns"/> are moved together first, one for each character, and then classified.</summary>
internal readonly unsafe struct Vector128WindowKernel : IWindowKernel
{
    public static bool DepositsBits => false;

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
        byte* packed = stackalloc byte[IWindowKernel.WindowLength];
        ulong lead = StandIns.Put(window, classes, standIns);
        int count = BytePacker.Pack(standIns, lead, packed);
        StandIns.Classify(packed, out masks);

        // The zeros after the last character are no characters.
        masks.Other &= ulong.MaxValue >> (IWindowKernel.WindowLength - count);
        masks.Lead = lead;
        masks.Count = count;
    }
}
