using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// A piece of 14 to 29 bytes packed into 256 bits, in the same manner as <see cref="ShortVocabularyKey"/>.
/// </summary>
internal readonly struct MediumVocabularyKey
{
    /// <summary>The longest piece that fits, in bytes.</summary>
    public const int MaxLength = 29;

    public readonly ulong A;
    public readonly ulong B;
    public readonly ulong C;
    public readonly ulong D;

    public MediumVocabularyKey(ReadOnlySpan<byte> piece)
    {
        int length = piece.Length;
        A = BinaryPrimitives.ReadUInt64LittleEndian(piece);
        ulong tag = (ulong)length << ShortVocabularyKey.LengthShift;
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
