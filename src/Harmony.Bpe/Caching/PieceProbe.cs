using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Caching;

/// <summary>All that is needed to look a piece of at most 29 bytes up in the cache, and to keep it. A longer
/// piece has a hash only.</summary>
internal unsafe struct PieceProbe
{
    /// <summary>The bytes that must be readable at a piece, however short it is.</summary>
    public const int ReadableLength = 32;

    /// <summary>The bytes of a piece of at most 29 bytes, padded with zeros.</summary>
    public Vector256<byte> Bytes;

    /// <summary>The <see cref="CacheKey"/> of a piece of at most 13 bytes.</summary>
    public Vector128<byte> Key;

    /// <summary>A hash of the piece, of at most 13 bytes that of the vocabulary's table. All of its bits are
    /// good.</summary>
    public ulong Hash;

    /// <summary>Where a piece of at most 29 bytes can be in the cache.</summary>
    public CacheLocation Location;

    /// <summary>Seed of the hashes of pieces of 14 bytes and more.</summary>
    private const ulong Seed = 0x5851_F42D_4C95_7F2D;

    /// <summary>The hash of a piece of 30 bytes and more.</summary>
    public static ulong HashLong(ReadOnlySpan<byte> piece) => PieceTable.HashLong(piece, Seed);

    /// <summary>The hash of a piece of 14 to 29 bytes.</summary>
    // Safety: ReadableLength bytes must be readable at piece.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HashMedium(byte* piece, uint length)
    {
        Vector256<ulong> words = CacheKey.Pad(piece, length, CacheKey.Masks).AsUInt64();
        return PerfectHash.Hash(
            words.GetElement(0), words.GetElement(1), words.GetElement(2), words.GetElement(3), Seed);
    }

    /// <summary>Finds where a piece of at most 29 bytes can be.</summary>
    // Safety: ReadableLength bytes must be readable at piece.
    public void Locate(in CacheLines lines, in PieceTable pieces, byte* piece, uint length)
    {
        ulong low = CacheKey.Low(piece, length, CacheKey.Masks);
        ulong high = CacheKey.High(piece, length, CacheKey.Masks);
        ulong hash = length <= ShortVocabularyKey.MaxLength
            ? pieces.HashOf(CacheKey.ToVocabularyKey(low, high))
            : HashMedium(piece, length);
        Locate(lines, piece, length, low, high, hash);
    }

    /// <summary>The same for a piece whose key and hash are known.</summary>
    // Safety: as above.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Locate(in CacheLines lines, byte* piece, uint length, ulong low, ulong high, ulong hash)
    {
        Debug.Assert(
            length is > 0 and <= MediumVocabularyKey.MaxLength,
            $"The piece has {length} bytes, but must have 1 to {MediumVocabularyKey.MaxLength}.");
        Bytes = CacheKey.Pad(piece, length, CacheKey.Masks);
        Key = Vector128.Create(low, high).AsByte();
        Hash = hash;
        Location = length <= ShortVocabularyKey.MaxLength
            ? new CacheLocation(lines.LineOf(CacheKey.Hash(low, high)), lines.LineOf(hash), hash)
            : new CacheLocation(lines.LineOf(hash), lines.LineOf(BitOperations.RotateLeft(hash, 32)), hash);
    }
}
