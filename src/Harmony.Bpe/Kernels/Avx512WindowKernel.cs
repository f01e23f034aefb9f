using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// The window in one register. A permutation of a 128-entry table classifies ASCII; characters of two and
/// three bytes are classified all at once where the lead byte tells the class, else together with all others
/// of the same lead, by a permutation of the lead's row with the second bytes; those of four bytes likewise,
/// one byte further on. Only where a row's characters differ is the last byte looked at.
/// </summary>
internal readonly unsafe struct Avx512WindowKernel : IWindowKernel
{
    public static bool IsSupported => Avx512Vbmi.IsSupported && Avx512BW.IsSupported && Bmi2.X64.IsSupported;

    // Safety: see IWindowKernel.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryClassify(byte* window, CharacterClassTable classes, out ClassMasks masks)
    {
        Vector512<byte> bytes = Vector512.Load(window);
        Vector512<byte> ascii = Avx512Vbmi.PermuteVar64x8x2(
            Vector512.Load(classes.RowOf(0)), bytes, Vector512.Load(classes.RowOf(64)));
        ulong high = bytes.ExtractMostSignificantBits();
        if (high != 0)
        {
            return TryClassifyHigh(window, bytes, ascii, high, classes, out masks);
        }

        Unsafe.SkipInit(out masks);
        masks.Lower = Has(ascii, CharacterClass.Lower);
        masks.Upper = Has(ascii, CharacterClass.Upper);
        masks.Caseless = 0;
        masks.Mark = 0;
        masks.Number = Has(ascii, CharacterClass.Number);
        masks.Other = Has(ascii, CharacterClass.Other);
        masks.Space = Has(ascii, CharacterClass.Space);
        masks.Newline = Has(ascii, CharacterClass.Newline);
        masks.Blank = Is(bytes, ' ');
        masks.Slash = Is(bytes, '/');
        masks.Apostrophe = Is(bytes, '\'');
        masks.Lead = ulong.MaxValue;
        masks.Count = IWindowKernel.WindowLength;
        return true;
    }

    // Safety: as above.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool TryClassifyHigh(
        byte* window,
        Vector512<byte> bytes,
        Vector512<byte> ascii,
        ulong high,
        CharacterClassTable classes,
        out ClassMasks masks)
    {
        Unsafe.SkipInit(out masks);
        ulong continuation =
            Vector512.LessThan(bytes.AsSByte(), Vector512.Create((sbyte)-64)).ExtractMostSignificantBits();
        ulong lead = ~continuation;
        ulong two = high & lead;
        ulong three =
            Vector512.GreaterThanOrEqual(bytes, Vector512.Create((byte)0xE0)).ExtractMostSignificantBits();
        ulong four =
            Vector512.GreaterThanOrEqual(bytes, Vector512.Create((byte)0xF0)).ExtractMostSignificantBits();
        if (continuation != (two << 1 | three << 2 | four << 3))
        {
            return false;
        }

        // A character that goes on behind the window is left to the next one.
        ulong incomplete = two & 1UL << 63 | three & 3UL << 62 | four & 7UL << 61;
        lead &= ~incomplete;
        two &= ~incomplete;

        // The classes of continuation bytes are anything; only those of leads are looked at in the end.
        Vector512<byte> kinds = Vector512.ConditionalSelect(
            Vector512.LessThan(bytes.AsSByte(), Vector512<sbyte>.Zero).AsByte(),
            Avx512Vbmi.PermuteVar64x8(Vector512.Load(classes.LeadClasses), bytes),
            ascii);
        Vector512<byte> second = Vector512.Load(window + 1);
        ulong open = two & Vector512.Equals(kinds, Vector512<byte>.Zero).ExtractMostSignificantBits();
        if (open != 0)
        {
            ulong rows = open & ~four;
            while (rows != 0)
            {
                byte first = window[BitOperations.TrailingZeroCount(rows)];
                Vector512<byte> same = Vector512.Equals(bytes, Vector512.Create(first));
                Vector512<byte> row =
                    Avx512Vbmi.PermuteVar64x8(Vector512.Load(classes.LeadRow(first)), second);
                kinds = Vector512.ConditionalSelect(same, row, kinds);
                rows &= ~same.ExtractMostSignificantBits();
            }

            if ((open & four) != 0)
            {
                kinds = ClassifySupplementary(window, bytes, second, open & four, classes, kinds);
            }

            open &= Vector512.Equals(kinds, Vector512<byte>.Zero).ExtractMostSignificantBits();
        }

        while (open != 0)
        {
            byte* character = window + BitOperations.TrailingZeroCount(open);
            ulong done = ClassifyByLastByte(window, character, bytes, second, classes, ref kinds);
            if (done == 0)
            {
                return false;
            }

            open &= ~done;
        }

        masks.Lower = BitMoves.Extract(Has(kinds, CharacterClass.Lower), lead);
        masks.Upper = BitMoves.Extract(Has(kinds, CharacterClass.Upper), lead);
        masks.Caseless = BitMoves.Extract(Has(kinds, CharacterClass.Caseless), lead);
        masks.Mark = BitMoves.Extract(Has(kinds, CharacterClass.Mark), lead);
        masks.Number = BitMoves.Extract(Has(kinds, CharacterClass.Number), lead);
        masks.Other = BitMoves.Extract(Has(kinds, CharacterClass.Other), lead);
        masks.Space = BitMoves.Extract(Has(kinds, CharacterClass.Space), lead);
        masks.Newline = BitMoves.Extract(Has(kinds, CharacterClass.Newline), lead);
        masks.Blank = BitMoves.Extract(Is(bytes, ' '), lead);
        masks.Slash = BitMoves.Extract(Is(bytes, '/'), lead);
        masks.Apostrophe = BitMoves.Extract(Is(bytes, '\''), lead);
        masks.Lead = lead;
        masks.Count = BitOperations.PopCount(lead);
        return true;
    }

    /// <summary>Classifies the characters from U+10000 to U+1FFFF of which the first three bytes tell the
    /// class: nearly all emoji.</summary>
    // Safety: the characters lie in the window as a whole.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> ClassifySupplementary(
        byte* window,
        Vector512<byte> bytes,
        Vector512<byte> second,
        ulong four,
        CharacterClassTable classes,
        Vector512<byte> kinds)
    {
        Vector512<byte> third = Vector512.Load(window + 2);
        Vector512<byte> first = Vector512.Equals(bytes, Vector512.Create((byte)0xF0))
            & Vector512.Equals(second & Vector512.Create((byte)0xF0), Vector512.Create((byte)0x90));
        four &= first.ExtractMostSignificantBits();
        while (four != 0)
        {
            byte next = window[BitOperations.TrailingZeroCount(four) + 1];
            Vector512<byte> same = first & Vector512.Equals(second, Vector512.Create(next));
            Vector512<byte> row =
                Avx512Vbmi.PermuteVar64x8(Vector512.Load(classes.SupplementaryRowOf(next)), third);
            kinds = Vector512.ConditionalSelect(same, row, kinds);
            four &= ~same.ExtractMostSignificantBits();
        }

        return kinds;
    }

    /// <summary>Classifies all characters that share all bytes but the last with the given one.</summary>
    /// <returns>Where they begin; 0 if the character is not well-formed.</returns>
    // Safety: the character must lie in the window as a whole.
    private static ulong ClassifyByLastByte(
        byte* window,
        byte* character,
        Vector512<byte> bytes,
        Vector512<byte> second,
        CharacterClassTable classes,
        ref Vector512<byte> kinds)
    {
        uint a = character[0];
        uint b = character[1];
        Vector512<byte> third = Vector512.Load(window + 2);
        Vector512<byte> same = Vector512.Equals(bytes, Vector512.Create((byte)a))
            & Vector512.Equals(second, Vector512.Create((byte)b));
        byte* row;
        Vector512<byte> last;
        if (a < 0xF0)
        {
            if (a < 0xE0 || (a == 0xE0 && b < 0xA0) || (a == 0xED && b >= 0xA0))
            {
                return 0;
            }

            row = classes.RowOf((a & 0x0F) << 12 | (b & 0x3F) << 6);
            last = third;
        }
        else
        {
            if (a > 0xF4 || (a == 0xF0 && b < 0x90) || (a == 0xF4 && b >= 0x90))
            {
                return 0;
            }

            uint c = character[2];
            same &= Vector512.Equals(third, Vector512.Create((byte)c));
            row = classes.RowOf((a & 0x07) << 18 | (b & 0x3F) << 12 | (c & 0x3F) << 6);
            last = Vector512.Load(window + 3);
        }

        kinds = Vector512.ConditionalSelect(
            same, Avx512Vbmi.PermuteVar64x8(Vector512.Load(row), last), kinds);
        return same.ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Has(Vector512<byte> kinds, CharacterClass characterClass) =>
        (~Vector512.Equals(kinds & Vector512.Create((byte)characterClass), Vector512<byte>.Zero))
            .ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Is(Vector512<byte> bytes, char value) =>
        Vector512.Equals(bytes, Vector512.Create((byte)value)).ExtractMostSignificantBits();
}
