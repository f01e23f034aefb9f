using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// A piece of at most 13 bytes packed into 128 bits: its bytes, zero-padded to 13, then 24 bits. The low 18
/// of these are free for an id, the high 6 hold the length, which tells "a" from "a\0".
/// </summary>
internal readonly struct ShortVocabularyKey
{
    /// <summary>The longest piece that fits, in bytes.</summary>
    public const int MaxLength = 13;

    /// <summary>The first bit of the id in the high half.</summary>
    public const int IdShift = 40;

    /// <summary>The first bit of the length in the high half.</summary>
    public const int LengthShift = 58;

    /// <summary>The bits of the id in the high half.</summary>
    public const ulong IdMask = ((1UL << FrozenFormat.IdBits) - 1) << IdShift;

    public readonly ulong Low;
    public readonly ulong High;

    public ShortVocabularyKey(ReadOnlySpan<byte> piece)
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

    private ShortVocabularyKey(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    /// <summary>The key of a piece that is already padded with zeros to two words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVocabularyKey OfPadded(ulong low, ulong high, uint length) =>
        new(low, high | (ulong)length << LengthShift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ulong seed) => PerfectHash.Hash(Low, High, seed);
}
