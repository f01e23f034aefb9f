using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// A piece of at most 13 bytes packed into 128 bits: its bytes, zero-padded to 13, then 24 bits of which the
/// low 18 are left free for an id and the high 6 hold the length. The length tells "a" from "a\0".
/// </summary>
internal readonly struct ShortVocabularyKey
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ulong seed) => PerfectHash.Hash(Low, High, seed);
}
