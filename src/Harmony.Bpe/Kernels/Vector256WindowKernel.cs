using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// ASCII in two halves by comparison with ranges; the other characters one by one, looked up and put into the
/// masks. Portable: without 256-bit registers it runs as pairs of 128-bit ones.
/// </summary>
internal readonly unsafe struct Vector256WindowKernel : IWindowKernel
{
    // Safety: see IWindowKernel. Only the window's own bytes are read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryClassify(byte* window, CharacterClassTable classes, out ClassMasks masks)
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
        return high == 0 || TryAddHigh(window, high, classes, ref masks);
    }

    /// <summary>Puts the characters that are not ASCII into the masks, then moves these from bytes to
    /// characters.</summary>
    // Safety: as above.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryAddHigh(
        byte* window, ulong high, CharacterClassTable classes, ref ClassMasks masks)
    {
        var utf8 = new ReadOnlySpan<byte>(window, IWindowKernel.WindowLength);
        ulong lead = ~high;
        masks.Other &= lead;
        while (high != 0)
        {
            int position = BitOperations.TrailingZeroCount(high);
            uint codePoint = Utf8Sequence.Decode(utf8[position..], out int length);
            if (codePoint == Utf8Sequence.Invalid)
            {
                if (position + Utf8Sequence.AnnouncedTailLength(utf8) != utf8.Length)
                {
                    return false;
                }

                // It goes on behind the window: it is left to the next one.
                break;
            }

            ulong bit = 1UL << position;
            masks.Add(classes[codePoint], bit);
            lead |= bit;
            high &= ~(((1UL << length) - 1) << position);
        }

        masks.Lower = BitMoves.Extract(masks.Lower, lead);
        masks.Upper = BitMoves.Extract(masks.Upper, lead);
        masks.Caseless = BitMoves.Extract(masks.Caseless, lead);
        masks.Mark = BitMoves.Extract(masks.Mark, lead);
        masks.Number = BitMoves.Extract(masks.Number, lead);
        masks.Other = BitMoves.Extract(masks.Other, lead);
        masks.Space = BitMoves.Extract(masks.Space, lead);
        masks.Newline = BitMoves.Extract(masks.Newline, lead);
        masks.Blank = BitMoves.Extract(masks.Blank, lead);
        masks.Slash = BitMoves.Extract(masks.Slash, lead);
        masks.Apostrophe = BitMoves.Extract(masks.Apostrophe, lead);
        masks.Lead = lead;
        masks.Count = BitOperations.PopCount(lead);
        return true;
    }

    /// <summary>Where the bytes, with some bits set, lie between two values.</summary>
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
