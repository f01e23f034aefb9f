using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Caching;

/// <summary>All that is needed to look a piece of at most 29 bytes up, in the cache and in the vocabulary's
/// table of short tokens, and to keep it. A longer piece has a hash only.</summary>
internal unsafe struct PieceProbe
{
    /// <summary>The bytes that must be readable at a piece, however short it is.</summary>
    public const int ReadableLength = 32;

    /// <summary>The bytes of a piece of at most 29 bytes, padded with zeros.</summary>
    public Vector256<byte> Bytes;

    /// <summary>The <see cref="CacheKey"/> of a piece of at most 13 bytes.</summary>
    public Vector128<byte> Key;

    /// <summary>A hash of the piece. All of its bits are good.</summary>
    public ulong Hash;

    /// <summary>The one entry of the vocabulary's table that a piece of at most 13 bytes can have.</summary>
    public byte* Entry;

    /// <summary>Where a piece of at most 29 bytes can be in the cache.</summary>
    public CacheLocation Location;

    /// <summary>Seed of the hashes of pieces of 14 bytes and more.</summary>
    private const ulong Seed = 0x5851_F42D_4C95_7F2D;

    /// <summary>The hash of a piece of 30 bytes and more.</summary>
    public static ulong HashLong(ReadOnlySpan<byte> piece) => PieceTable.HashLong(piece, Seed);

    /// <summary>The hash of a piece of 14 to 29 bytes, padded with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HashMedium(Vector256<ulong> words) => PerfectHash.Hash(
        words.GetElement(0), words.GetElement(1), words.GetElement(2), words.GetElement(3), Seed);

    /// <summary>Finds where a piece of at most 29 bytes can be, and prefetches what is read first there: the
    /// entry of a piece of at most 13 bytes, whose home line was just read, or the home line of a longer
    /// one.</summary>
    // Safety: ReadableLength bytes must be readable at piece.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Locate(in CacheLines lines, in PieceTable pieces, byte* piece, uint length)
    {
        Debug.Assert(
            length is > 0 and <= MediumVocabularyKey.MaxLength,
            $"The piece has {length} bytes, but must have 1 to {MediumVocabularyKey.MaxLength}.");
        Vector256<byte> bytes = CacheKey.Pad(piece, length, CacheKey.Masks);
        Vector256<ulong> words = bytes.AsUInt64();
        Bytes = bytes;
        if (length <= ShortVocabularyKey.MaxLength)
        {
            var key = ShortVocabularyKey.OfPadded(words.GetElement(0), words.GetElement(1), length);
            byte* entry = pieces.EntryOf(key, out ulong hash);
            Prefetch.Line(entry);
            Entry = entry;
            Hash = hash;
            ulong low = CacheKey.Low(piece, length, CacheKey.Masks);
            ulong high = CacheKey.High(piece, length, CacheKey.Masks);
            Key = Vector128.Create(low, high).AsByte();
            Location = new CacheLocation(lines.LineOf(CacheKey.Hash(low, high)), lines.LineOf(hash), hash);
        }
        else
        {
            ulong hash = HashMedium(words);
            byte* line = lines.LineOf(hash);
            Prefetch.Line(line);
            Hash = hash;
            Location = new CacheLocation(line, lines.LineOf(BitOperations.RotateLeft(hash, 32)), hash);
        }
    }

    /// <summary>The ids of a common piece of at most 13 bytes that the vocabulary's table has besides
    /// tokens.</summary>
    /// <returns>The <see cref="PackedIds"/>; none if the piece is not there.</returns>
    // Safety: the probe must be the piece's, so that it has an entry of the table.
    public readonly ulong FindCommon(int length)
    {
        Vector256<ulong> words = Bytes.AsUInt64();
        var key = ShortVocabularyKey.OfPadded(words.GetElement(0), words.GetElement(1), (uint)length);
        return PackedIds.OfJoined(ShortEntry.Read(Entry, key, out ulong ids), ids);
    }
}
