using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>One character after another. The other kernels are tested against this one.</summary>
internal readonly unsafe struct ScalarWindowKernel : IWindowKernel
{
    public static bool DepositsBits => true;

    // Safety: see IWindowKernel. Only bytes of the window are read.
    public static void Classify(byte* window, CharacterClassTable classes, out ClassMasks masks)
    {
        masks = default;
        var utf8 = new ReadOnlySpan<byte>(window, IWindowKernel.WindowLength);
        utf8 = utf8[..^Utf8Sequence.AnnouncedTailLength(utf8)];
        ulong bit = 1;
        for (int position = 0; position < utf8.Length; bit <<= 1)
        {
            uint codePoint = Utf8Sequence.Decode(utf8[position..], out int length);
            masks.Add(codePoint == Utf8Sequence.Invalid ? CharacterClass.Other : classes[codePoint], bit);
            masks.Blank |= codePoint == ' ' ? bit : 0;
            masks.Slash |= codePoint == '/' ? bit : 0;
            masks.Apostrophe |= codePoint == '\'' ? bit : 0;
            masks.Lead |= 1UL << position;
            masks.Count++;
            position += length;
        }
    }
}
