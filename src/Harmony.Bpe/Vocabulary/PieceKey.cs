using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// A piece of at most 13 bytes packed into 128 bits: its bytes, zero-padded to 13, then 24 bits of which the
/// low 18 are left free for an id and the high 6 hold the length. The length tells "a" from "a\0".
/// </summary>
internal readonly struct ShortPieceKey
{
    /// <summary>The longest piece that fits, in bytes.</summary>
    public const int MaxLength = 13;

    /// <summary>Where the id lies in the high half.</summary>
    public const int IdShift = 40;

    /// <summary>Where the length lies in the high half.</summary>
    public const int LengthShift = 58;

    /// <summary>The id's bits in the high half.</summary>
    public const ulong IdMask = ((1UL << FrozenFormat.IdBits) - 1) << IdShift;

    public readonly ulong Low;
    public readonly ulong High;

    public ShortPieceKey(ReadOnlySpan<byte> piece)
    {
        int length = piece.Length;
        ulong tag = (ulong)length << LengthShift;
        if (length >= 8)
        {
            Low = BinaryPrimitives.ReadUInt64LittleEndian(piece);
            High = PackedBytes.LastOf(piece, length - 8) | tag;
        }
        else
        {
            Low = PackedBytes.UpToSeven(piece);
            High = tag;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ulong seed) => PerfectHash.Hash(Low, High, seed);
}

/// <summary>
/// A piece of 14 to 29 bytes packed into 256 bits, in the same manner as <see cref="ShortPieceKey"/>.
/// </summary>
internal readonly struct MediumPieceKey
{
    /// <summary>The longest piece that fits, in bytes.</summary>
    public const int MaxLength = 29;

    public readonly ulong A;
    public readonly ulong B;
    public readonly ulong C;
    public readonly ulong D;

    public MediumPieceKey(ReadOnlySpan<byte> piece)
    {
        int length = piece.Length;
        A = BinaryPrimitives.ReadUInt64LittleEndian(piece);
        ulong tag = (ulong)length << ShortPieceKey.LengthShift;
        if (length >= 24)
        {
            B = BinaryPrimitives.ReadUInt64LittleEndian(piece[8..]);
            C = BinaryPrimitives.ReadUInt64LittleEndian(piece[16..]);
            D = PackedBytes.LastOf(piece, length - 24) | tag;
        }
        else if (length >= 16)
        {
            B = BinaryPrimitives.ReadUInt64LittleEndian(piece[8..]);
            C = PackedBytes.LastOf(piece, length - 16);
            D = tag;
        }
        else
        {
            B = PackedBytes.LastOf(piece, length - 8);
            C = 0;
            D = tag;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ulong seed) => PerfectHash.Hash(A, B, C, D, seed);
}

/// <summary>Little-endian packing of fewer than eight bytes that never reads outside the piece.</summary>
file static class PackedBytes
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
