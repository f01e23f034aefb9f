using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// The window in two registers, for any processor. ASCII is classified by comparing with ranges. The classes
/// of other characters are read from the table one by one into an array of bytes, which then becomes masks.
/// Without 256-bit registers the runtime uses pairs of 128-bit ones.
/// </summary>
internal readonly unsafe struct Vector256WindowKernel : IWindowKernel
{
    // Safety: see IWindowKernel. Only bytes of the window are read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Classify(byte* window, CharacterClassTable classes, out ClassMasks masks)
    {
        Vector256<byte> left = Vector256.Load(window);
        Vector256<byte> right = Vector256.Load(window + Vector256<byte>.Count);
        ulong letter = InRange(left, right, 0x20, (byte)'a', (byte)'z');
        Unsafe.SkipInit(out masks);
        masks.Upper = InRange(left, right, 0, (byte)'A', (byte)'Z');
        masks.Lower = letter & ~masks.Upper;
        masks.Caseless = 0;
        masks.Mark = 0;
        masks.Number = InRange(left, right, 0, (byte)'0', (byte)'9');
        masks.Newline = Is(left, right, '\n') | Is(left, right, '\r');
        masks.Blank = Is(left, right, ' ');
        masks.Space = masks.Blank | (InRange(left, right, 0, (byte)'\t', (byte)'\r') & ~masks.Newline);
        masks.Slash = Is(left, right, '/');
        masks.Apostrophe = Is(left, right, '\'');
        masks.Other = ~(letter | masks.Number | masks.Newline | masks.Space);
        masks.Lead = ulong.MaxValue;
        masks.Count = IWindowKernel.WindowLength;
        ulong high = Join(left.ExtractMostSignificantBits(), right.ExtractMostSignificantBits());
        if (high != 0)
        {
            AddHigh(window, high, classes, ref masks);
        }
    }

    // Safety: as above.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddHigh(byte* window, ulong high, CharacterClassTable classes, ref ClassMasks masks)
    {
        Vector256<byte> left = Vector256.Load(window);
        Vector256<byte> right = Vector256.Load(window + Vector256<byte>.Count);
        ulong two = IsAtLeast(left, right, 0xC0);
        ulong three = IsAtLeast(left, right, 0xE0);
        ulong four = IsAtLeast(left, right, 0xF0);
        var leads = new LeadMasks(two, three, four);
        ulong continuations = high & ~two;
        ulong inside = leads.BeforeTruncatedChar(continuations);
        bool areLeads = (two & ~IsAtLeast(left, right, 0xC2)) == 0;
        if (continuations == leads.Continuations
            && areLeads
            && TryAddHigh(window, ~high & inside, two & inside, three, four, classes, ref masks))
        {
            return;
        }

        ulong malformed = MalformedUtf8.Find(window) & inside;
        TryAddHigh(window, ~high & inside | malformed, two & inside & ~malformed, three, four, classes, ref masks);
        masks.SetOther(BitMoves.Extract(malformed, masks.Lead));
    }

    /// <summary>Adds the characters that are not ASCII to the masks, and turns these into masks by
    /// character.</summary>
    /// <param name="window">The window.</param>
    /// <param name="single">Where characters of one byte are.</param>
    /// <param name="whole">Where characters of two to four bytes begin that lie wholly in the window; none
    /// with C0 or C1.</param>
    /// <param name="three">Where lead bytes of three or four bytes are.</param>
    /// <param name="four">Where lead bytes of four bytes are.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="masks">Has the ASCII characters, by byte.</param>
    /// <returns>False if a character is not well-formed; then nothing was changed.</returns>
    // Safety: as above. A class is read only for a code point below 0x110000 or a lead byte from C2 to DF.
    private static bool TryAddHigh(
        byte* window,
        ulong single,
        ulong whole,
        ulong three,
        ulong four,
        CharacterClassTable classes,
        ref ClassMasks masks)
    {
        byte* kinds = stackalloc byte[IWindowKernel.WindowLength];
        bool isWellFormed = true;
        for (ulong bits = whole & ~three; bits != 0; bits &= bits - 1)
        {
            nuint position = BitMoves.LowestBit(bits);
            byte* bytes = window + position;
            kinds[position] = classes.LeadRow(bytes[0])[bytes[1] & 0x3F];
        }

        for (ulong bits = whole & three & ~four; bits != 0; bits &= bits - 1)
        {
            nuint position = BitMoves.LowestBit(bits);
            byte* bytes = window + position;
            uint codePoint = (bytes[0] & 0x0Fu) << 12 | (bytes[1] & 0x3Fu) << 6 | bytes[2] & 0x3Fu;
            isWellFormed &= codePoint >= 0x800 && codePoint - 0xD800 >= 0x800;
            kinds[position] = (byte)classes[codePoint];
        }

        for (ulong bits = whole & four; bits != 0; bits &= bits - 1)
        {
            nuint position = BitMoves.LowestBit(bits);
            byte* bytes = window + position;
            uint codePoint = (bytes[0] & 0x0Fu) << 18 | (bytes[1] & 0x3Fu) << 12 | (bytes[2] & 0x3Fu) << 6
                | bytes[3] & 0x3Fu;
            if (codePoint - 0x10000 >= 0x100000)
            {
                return false;
            }

            kinds[position] = (byte)classes[codePoint];
        }

        if (!isWellFormed)
        {
            return false;
        }

        Vector256<byte> left = Vector256.Load(kinds);
        Vector256<byte> right = Vector256.Load(kinds + Vector256<byte>.Count);
        masks.Lower |= Has(left, right, CharacterClass.Lower);
        masks.Upper |= Has(left, right, CharacterClass.Upper);
        masks.Caseless |= Has(left, right, CharacterClass.Caseless);
        masks.Mark |= Has(left, right, CharacterClass.Mark);
        masks.Number |= Has(left, right, CharacterClass.Number);
        masks.Other = masks.Other & single | Has(left, right, CharacterClass.Other);
        masks.Space |= Has(left, right, CharacterClass.Space);
        masks.Newline |= Has(left, right, CharacterClass.Newline);
        masks.CompactTo(single | whole);
        return true;
    }

    /// <summary>Where bytes, with some bits set, lie between two values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong InRange(
        Vector256<byte> left, Vector256<byte> right, byte setBits, byte first, byte last)
    {
        Vector256<byte> set = Vector256.Create(setBits);
        Vector256<byte> start = Vector256.Create(first);
        Vector256<byte> length = Vector256.Create((byte)(last - first));
        return Join(
            Vector256.LessThanOrEqual((left | set) - start, length).ExtractMostSignificantBits(),
            Vector256.LessThanOrEqual((right | set) - start, length).ExtractMostSignificantBits());
    }

    /// <summary>Where bytes have a class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Has(Vector256<byte> left, Vector256<byte> right, CharacterClass characterClass)
    {
        Vector256<byte> bit = Vector256.Create((byte)characterClass);
        return ~Join(
            Vector256.Equals(left & bit, Vector256<byte>.Zero).ExtractMostSignificantBits(),
            Vector256.Equals(right & bit, Vector256<byte>.Zero).ExtractMostSignificantBits());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong IsAtLeast(Vector256<byte> left, Vector256<byte> right, byte value)
    {
        Vector256<byte> values = Vector256.Create(value);
        return Join(
            Vector256.GreaterThanOrEqual(left, values).ExtractMostSignificantBits(),
            Vector256.GreaterThanOrEqual(right, values).ExtractMostSignificantBits());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Is(Vector256<byte> left, Vector256<byte> right, char value)
    {
        Vector256<byte> values = Vector256.Create((byte)value);
        return Join(
            Vector256.Equals(left, values).ExtractMostSignificantBits(),
            Vector256.Equals(right, values).ExtractMostSignificantBits());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(uint left, uint right) => left | (ulong)right << 32;
}
