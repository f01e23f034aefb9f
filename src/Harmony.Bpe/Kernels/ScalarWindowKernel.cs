using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>One character after the other: the definition of the other kernels.</summary>
internal readonly unsafe struct ScalarWindowKernel : IWindowKernel
{
    // Safety: see IWindowKernel. Only the window's own bytes are read.
    public static bool TryClassify(byte* window, CharacterClassTable classes, out ClassMasks masks)
    {
        masks = default;
        var utf8 = new ReadOnlySpan<byte>(window, IWindowKernel.WindowLength);
        utf8 = utf8[..^Utf8Sequence.AnnouncedTailLength(utf8)];
        ulong bit = 1;
        for (int position = 0; position < utf8.Length; bit <<= 1)
        {
            uint codePoint = Utf8Sequence.Decode(utf8[position..], out int length);
            if (codePoint == Utf8Sequence.Invalid)
            {
                return false;
            }

            Add(ref masks, classes[codePoint], codePoint, bit);
            masks.Lead |= 1UL << position;
            masks.Count++;
            position += length;
        }

        return true;
    }

    private static void Add(ref ClassMasks masks, CharacterClass characterClass, uint codePoint, ulong bit)
    {
        masks.Lower |= (characterClass & CharacterClass.Lower) != 0 ? bit : 0;
        masks.Upper |= (characterClass & CharacterClass.Upper) != 0 ? bit : 0;
        masks.Caseless |= (characterClass & CharacterClass.Caseless) != 0 ? bit : 0;
        masks.Mark |= (characterClass & CharacterClass.Mark) != 0 ? bit : 0;
        masks.Number |= (characterClass & CharacterClass.Number) != 0 ? bit : 0;
        masks.Other |= (characterClass & CharacterClass.Other) != 0 ? bit : 0;
        masks.Space |= (characterClass & CharacterClass.Space) != 0 ? bit : 0;
        masks.Newline |= (characterClass & CharacterClass.Newline) != 0 ? bit : 0;
        masks.Blank |= codePoint == ' ' ? bit : 0;
        masks.Slash |= codePoint == '/' ? bit : 0;
        masks.Apostrophe |= codePoint == '\'' ? bit : 0;
    }
}
