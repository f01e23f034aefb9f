using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// The window in one register. A permutation of a 128-entry table classifies ASCII. For other characters the
/// table has rows for lead bytes, and most scripts need only those:
/// <list type="number">
/// <item>If the lead byte alone tells the class, one permutation classifies all such characters.</item>
/// <item>Else, lead byte by lead byte, its row is permuted by the second bytes of all characters with that
/// lead. For characters of four bytes this is done one byte further on.</item>
/// <item>Only where the characters of a row still differ is the last byte looked at.</item>
/// </list>
/// </summary>
internal readonly unsafe struct Avx512WindowKernel : IWindowKernel
{
    public static bool IsSupported => Avx512Vbmi.IsSupported && Avx512BW.IsSupported && Bmi2.X64.IsSupported;

    public static bool DepositsBits => true;

    // Safety: see IWindowKernel.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Classify(byte* window, CharacterClassTable classes, out ClassMasks masks)
    {
        Vector512<byte> bytes = Vector512.Load(window);
        if (bytes.ExtractMostSignificantBits() != 0)
        {
            ClassifyHigh(window, classes, out masks);
            return;
        }

        Vector512<byte> ascii = ClassifyAscii(bytes, classes);
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
    }

    // Safety: as above.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ClassifyHigh(byte* window, CharacterClassTable classes, out ClassMasks masks)
    {
        Vector512<byte> bytes = Vector512.Load(window);
        ulong continuation =
            Vector512.LessThan(bytes.AsSByte(), Vector512.Create((sbyte)-64)).ExtractMostSignificantBits();
        ulong lead = ~continuation;
        ulong two = bytes.ExtractMostSignificantBits() & lead;
        ulong three =
            Vector512.GreaterThanOrEqual(bytes, Vector512.Create((byte)0xE0)).ExtractMostSignificantBits();
        ulong four =
            Vector512.GreaterThanOrEqual(bytes, Vector512.Create((byte)0xF0)).ExtractMostSignificantBits();
        var leads = new LeadMasks(two, three, four);
        ulong inside = leads.BeforeTruncatedChar(continuation);
        if (continuation == leads.Continuations
            && TryClassify(window, classes, lead & inside, two & inside, four, out masks))
        {
            return;
        }

        ulong malformed = MalformedUtf8.Find(window) & inside;
        TryClassify(window, classes, lead & inside | malformed, two & inside & ~malformed, four, out masks);
        masks.SetOther(BitMoves.Extract(malformed, masks.Lead));
    }

    /// <summary>Classifies characters.</summary>
    /// <param name="window">The window.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="lead">Where characters begin.</param>
    /// <param name="two">Where characters of two to four bytes begin that lie wholly in the window.</param>
    /// <param name="four">Where lead bytes of four bytes are.</param>
    /// <param name="masks">Receives the classes.</param>
    /// <returns>False if a character is not well-formed.</returns>
    // Safety: as above.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryClassify(
        byte* window, CharacterClassTable classes, ulong lead, ulong two, ulong four, out ClassMasks masks)
    {
        Unsafe.SkipInit(out masks);
        Vector512<byte> bytes = Vector512.Load(window);

        // Continuation bytes get arbitrary classes; in the end only those of leads are kept.
        Vector512<byte> kinds = Vector512.ConditionalSelect(
            Vector512.LessThan(bytes.AsSByte(), Vector512<sbyte>.Zero).AsByte(),
            Avx512Vbmi.PermuteVar64x8(Vector512.Load(classes.LeadClasses), bytes),
            ClassifyAscii(bytes, classes));
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
            byte* character = window + BitMoves.LowestBit(open);
            if (!IsWellFormed(character[0], character[1]))
            {
                return false;
            }

            // The character itself is done even if the table has no class for it.
            kinds = ClassifyByLastByte(window, character, bytes, second, classes, kinds);
            open &= open - 1 & Vector512.Equals(kinds, Vector512<byte>.Zero).ExtractMostSignificantBits();
        }

        // Not ClassMasks.CompactTo, which takes the masks through memory: non-Latin text would be 4 % slower.
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

    /// <summary>Classifies the characters from U+10000 to U+1FFFF whose first three bytes tell the class:
    /// nearly all emoji.</summary>
    // Safety: the characters lie wholly in the window.
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

    /// <summary>Whether a well-formed character may begin with these two bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsWellFormed(uint first, uint second) => first switch
    {
        0xE0 => second >= 0xA0,
        0xED => second < 0xA0,
        < 0xF0 => first > 0xE0,
        0xF0 => second >= 0x90,
        0xF4 => second < 0x90,
        _ => first < 0xF4,
    };

    /// <summary>Classifies all characters of three or four bytes that share all but the last byte with a
    /// given one.</summary>
    // Safety: the character must be well-formed and lie wholly in the window.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> ClassifyByLastByte(
        byte* window,
        byte* character,
        Vector512<byte> bytes,
        Vector512<byte> second,
        CharacterClassTable classes,
        Vector512<byte> kinds)
    {
        uint a = character[0];
        uint b = character[1];
        Vector512<byte> same = Vector512.Equals(bytes, Vector512.Create((byte)a))
            & Vector512.Equals(second, Vector512.Create((byte)b));
        Vector512<byte> third = Vector512.Load(window + 2);
        byte* row = classes.RowOf((a & 0x0F) << 12 | (b & 0x3F) << 6);
        Vector512<byte> last = third;
        if (a >= 0xF0)
        {
            uint c = character[2];
            same &= Vector512.Equals(third, Vector512.Create((byte)c));
            row = classes.RowOf((a & 0x07) << 18 | (b & 0x3F) << 12 | (c & 0x3F) << 6);
            last = Vector512.Load(window + 3);
        }

        return Vector512.ConditionalSelect(
            same, Avx512Vbmi.PermuteVar64x8(Vector512.Load(row), last), kinds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> ClassifyAscii(Vector512<byte> bytes, CharacterClassTable classes) =>
        Avx512Vbmi.PermuteVar64x8x2(
            Vector512.Load(classes.RowOf(0)), bytes, Vector512.Load(classes.RowOf(64)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Has(Vector512<byte> kinds, CharacterClass characterClass) =>
        (~Vector512.Equals(kinds & Vector512.Create((byte)characterClass), Vector512<byte>.Zero))
            .ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Is(Vector512<byte> bytes, char value) =>
        Vector512.Equals(bytes, Vector512.Create((byte)value)).ExtractMostSignificantBits();
}
