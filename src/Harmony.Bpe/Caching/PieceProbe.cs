using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Caching;

/// <summary>A piece that was not in its first line of the cache, on the way to its ids.</summary>
internal unsafe struct PieceProbe
{
    /// <summary>A short or medium piece, filled up with zeros.</summary>
    public Vector256<byte> Bytes;

    /// <summary>A short piece's key.</summary>
    public Vector128<byte> Key;

    /// <summary>A hash of the piece, all of whose bits are good.</summary>
    public ulong Hash;

    /// <summary>The one entry of the table of short tokens that can be a short piece's.</summary>
    public byte* Entry;

    /// <summary>Where the piece can be in the cache.</summary>
    public CacheLocation Place;

    /// <summary>Seed of the hashes by which the cache finds medium and long pieces.</summary>
    public const ulong CacheSeed = 0x5851_F42D_4C95_7F2D;

    /// <summary>Finds out where a piece of at most 29 bytes can be, in the cache and in the table of tokens,
    /// and asks for these lines.</summary>
    // Safety: 32 bytes must be readable at piece.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Locate(in CacheLines lines, in PieceTable pieces, byte* piece, uint length)
    {
        Vector256<byte> bytes = CacheKey.Fill(piece, length, CacheKey.Masks);
        Vector256<ulong> words = bytes.AsUInt64();
        Bytes = bytes;
        if (length <= ShortVocabularyKey.MaxLength)
        {
            ulong high = words.GetElement(1) | (ulong)length << ShortVocabularyKey.LengthShift;
            byte* entry = pieces.EntryOf(words.GetElement(0), high, out ulong hash);
            Prefetch.Line(entry);
            Entry = entry;
            Hash = hash;
            Key = CacheKey.Of(piece, length, CacheKey.Masks);
            Place = new CacheLocation(lines.LineOf(CacheKey.Hash(Key)), lines.LineOf(hash), hash);
        }
        else
        {
            ulong hash = PerfectHash.Hash(
                words.GetElement(0),
                words.GetElement(1),
                words.GetElement(2),
                words.GetElement(3),
                CacheSeed);
            byte* line = lines.LineOf(hash);
            Prefetch.Line(line);
            Hash = hash;
            Place = new CacheLocation(line, lines.LineOf(BitOperations.RotateLeft(hash, 32)), hash);
        }
    }
}
