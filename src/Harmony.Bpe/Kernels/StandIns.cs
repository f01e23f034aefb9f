using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// What the kernels without AVX-512 share: bytes that stand for characters. ASCII is classified by comparison
/// with ranges. Any other character is looked up, and its first byte is replaced by one of the same class: an
/// ASCII one, or one of two for the classes that ASCII lacks. Then all of the window is classified as if it were
/// ASCII. Without 256-bit registers the runtime uses pairs of 128-bit ones.
/// </summary>
internal static unsafe class StandIns
{
    /// <summary>What stands for caseless letters and for marks: no ASCII.</summary>
    private const byte CaselessStandIn = 0x80;
    private const byte MarkStandIn = 0xC0;

    /// <summary>What stands for characters that are nothing else: U+0000 is such a character.</summary>
    private const byte OtherStandIn = 0;

    /// <summary>By class, a byte that is classified the same. With 256 elements, an index that is a byte needs
    /// no check.</summary>
    private static ReadOnlySpan<byte> Table =>
    [
        OtherStandIn, (byte)'a', (byte)'A', 0, CaselessStandIn, 0, 0, 0, (byte)'0', 0, 0, 0, 0, 0, 0, 0,
        OtherStandIn, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        (byte)'\t', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, MarkStandIn, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>Classifies a window that is all ASCII.</summary>
    /// <returns>False if it is not; then the masks are undefined.</returns>
    // Safety: 64 bytes must be readable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryClassifyAscii(byte* window, out ClassMasks masks)
    {
        Vector256<byte> left = Vector256.Load(window);
        Vector256<byte> right = Vector256.Load(window + Vector256<byte>.Count);
        if ((left | right).ExtractMostSignificantBits() != 0)
        {
            Unsafe.SkipInit(out masks);
            return false;
        }

        ClassifyAscii(left, right, out masks);
        masks.Caseless = 0;
        masks.Mark = 0;
        masks.Lead = ulong.MaxValue;
        masks.Count = IWindowKernel.WindowLength;
        return true;
    }

    /// <summary>Copies a window, with stand-ins for what is not ASCII. Bytes that begin no character stay as
    /// they are.</summary>
    /// <param name="window">The window.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="standIns">Receives the bytes.</param>
    /// <returns>Where characters begin that lie wholly in the window.</returns>
    // Safety: 64 bytes must be readable and writable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Put(byte* window, CharacterClassTable classes, byte* standIns)
    {
        Vector256<byte> left = Vector256.Load(window);
        Vector256<byte> right = Vector256.Load(window + Vector256<byte>.Count);
        Vector256.Store(left, standIns);
        Vector256.Store(right, standIns + Vector256<byte>.Count);
        ulong high = Join(left.ExtractMostSignificantBits(), right.ExtractMostSignificantBits());
        ulong two = high & IsGreater(left, right, 0xBF);
        ulong three = high & IsGreater(left, right, 0xDF);
        ulong four = high & IsGreater(left, right, 0xEF);
        var leads = new LeadMasks(two, three, four);
        ulong continuations = high & ~two;
        ulong inside = leads.BeforeTruncatedChar(continuations);
        ulong lead = ~continuations & inside;
        bool areLeads = (two & ~IsGreater(left, right, 0xC1)) == 0;
        if (continuations == leads.Continuations
            && areLeads
            && TryPut(window, two & inside, three, four, classes, standIns))
        {
            return lead;
        }

        ulong malformed = MalformedUtf8.Find(window) & inside;
        TryPut(window, two & inside & ~malformed, three, four, classes, standIns);
        for (ulong bits = malformed; bits != 0; bits &= bits - 1)
        {
            standIns[BitMoves.LowestBit(bits)] = OtherStandIn;
        }

        return lead | malformed;
    }

    /// <summary>Classifies bytes that stand for characters.</summary>
    // Safety: 64 bytes must be readable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Classify(byte* standIns, out ClassMasks masks)
    {
        Vector256<byte> left = Vector256.Load(standIns);
        Vector256<byte> right = Vector256.Load(standIns + Vector256<byte>.Count);
        ClassifyAscii(left, right, out masks);
        ulong high = Join(left.ExtractMostSignificantBits(), right.ExtractMostSignificantBits());
        masks.Caseless = high;
        masks.Mark = high & HasBit(left, right, 6);
        masks.Other &= ~high;
    }

    /// <summary>Puts the stand-in of each character that is not ASCII in the place of its first
    /// byte.</summary>
    /// <param name="window">The window.</param>
    /// <param name="whole">Where characters of two to four bytes begin that lie wholly in the window; none
    /// with C0 or C1.</param>
    /// <param name="three">Where lead bytes of three or four bytes are.</param>
    /// <param name="four">Where lead bytes of four bytes are.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="standIns">Has the bytes of the window.</param>
    /// <returns>False if a character is not well-formed.</returns>
    // Safety: as above. A class is read only for a code point below 0x110000 or a lead byte from C2 to DF.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool TryPut(
        byte* window, ulong whole, ulong three, ulong four, CharacterClassTable classes, byte* standIns)
    {
        bool isWellFormed = true;
        for (ulong bits = whole & ~three; bits != 0; bits &= bits - 1)
        {
            nuint position = BitMoves.LowestBit(bits);
            byte* bytes = window + position;
            standIns[position] = Table[classes.LeadRow(bytes[0])[bytes[1] & 0x3Fu]];
        }

        for (ulong bits = whole & three & ~four; bits != 0; bits &= bits - 1)
        {
            nuint position = BitMoves.LowestBit(bits);
            byte* bytes = window + position;
            uint codePoint = (bytes[0] & 0x0Fu) << 12 | (bytes[1] & 0x3Fu) << 6 | bytes[2] & 0x3Fu;
            isWellFormed &= codePoint >= 0x800 && codePoint - 0xD800 >= 0x800;
            standIns[position] = Table[(byte)classes[codePoint]];
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

            standIns[position] = Table[(byte)classes[codePoint]];
        }

        return isWellFormed;
    }

    /// <summary>Classifies ASCII bytes. What is not ASCII becomes <see cref="ClassMasks.Other"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ClassifyAscii(Vector256<byte> left, Vector256<byte> right, out ClassMasks masks)
    {
        Vector256<byte> lowerCase = Vector256.Create((byte)0x20);
        ulong letter = InRange(left | lowerCase, right | lowerCase, 'a', 'z');
        Unsafe.SkipInit(out masks);
        masks.Lower = letter & HasBit(left, right, 5);
        masks.Upper = letter & ~masks.Lower;
        masks.Number = InRange(left, right, '0', '9');
        masks.Newline = Join(
            (Is(left, '\n') | Is(left, '\r')).ExtractMostSignificantBits(),
            (Is(right, '\n') | Is(right, '\r')).ExtractMostSignificantBits());
        masks.Blank = Is(left, right, ' ');
        masks.Space = masks.Blank | (InRange(left, right, '\t', '\r') & ~masks.Newline);
        masks.Slash = Is(left, right, '/');
        masks.Apostrophe = Is(left, right, '\'');
        masks.Other = ~(letter | masks.Number | masks.Newline | masks.Space);
    }

    /// <summary>Where bytes lie between two values.</summary>
    // Both ends are moved to where one comparison of signed bytes, which every processor has, finds them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong InRange(Vector256<byte> left, Vector256<byte> right, char first, char last)
    {
        Vector256<byte> move = Vector256.Create((byte)(sbyte.MinValue - first));
        Vector256<sbyte> end = Vector256.Create((sbyte)(sbyte.MinValue + (last - first) + 1));
        return Join(
            Vector256.LessThan((left + move).AsSByte(), end).ExtractMostSignificantBits(),
            Vector256.LessThan((right + move).AsSByte(), end).ExtractMostSignificantBits());
    }

    /// <summary>Where bytes that are not ASCII are above a value; undefined where bytes are ASCII.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong IsGreater(Vector256<byte> left, Vector256<byte> right, byte value)
    {
        Vector256<sbyte> values = Vector256.Create((sbyte)value);
        return Join(
            Vector256.GreaterThan(left.AsSByte(), values).ExtractMostSignificantBits(),
            Vector256.GreaterThan(right.AsSByte(), values).ExtractMostSignificantBits());
    }

    /// <summary>Where a bit of bytes is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong HasBit(Vector256<byte> left, Vector256<byte> right, int bit) => Join(
        (left.AsUInt16() << (7 - bit)).AsByte().ExtractMostSignificantBits(),
        (right.AsUInt16() << (7 - bit)).AsByte().ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Is(Vector256<byte> left, Vector256<byte> right, char value) =>
        Join(Is(left, value).ExtractMostSignificantBits(), Is(right, value).ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Is(Vector256<byte> bytes, char value) =>
        Vector256.Equals(bytes, Vector256.Create((byte)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(uint left, uint right) => left | (ulong)right << 32;
}
