using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>Little-endian packing of fewer than eight bytes that never reads outside the piece.</summary>
internal static class PackedBytes
{
    /// <summary>The last <paramref name="count"/> bytes (0 to 7) of a piece that has at least
    /// eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong LastOf(ReadOnlySpan<byte> piece, int count)
    {
        // Two shifts, since one by 64 (count = 0) would be a shift by nothing.
        ulong lastEight = BinaryPrimitives.ReadUInt64LittleEndian(piece[^8..]);
        return (lastEight >> 8) >> (8 * (7 - count));
    }

    /// <summary>All bytes of a piece that has at most seven.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UpToSeven(ReadOnlySpan<byte> piece)
    {
        int length = piece.Length;
        if (length >= 4)
        {
            ulong last = BinaryPrimitives.ReadUInt32LittleEndian(piece[^4..]);
            return BinaryPrimitives.ReadUInt32LittleEndian(piece) | last << (8 * (length - 4));
        }

        return length switch
        {
            3 => (ulong)(piece[0] | piece[1] << 8 | piece[2] << 16),
            2 => (ulong)(piece[0] | piece[1] << 8),
            1 => piece[0],
            _ => 0,
        };
    }
}
