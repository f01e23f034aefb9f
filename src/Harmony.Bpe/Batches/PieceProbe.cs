using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Memory;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>A piece's short key, and the line of the cache where it is looked for first.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal unsafe struct PieceKey
{
    public Vector128<byte> Key;

    // Safety: lines are the cache's, which outlives the batch.
    public byte* Line;
}

/// <summary>The ids of a piece that has more of them than a word holds.</summary>
internal unsafe struct ManyIds
{
    /// <summary>The piece's number in the batch.</summary>
    public uint Piece;

    public int Count;
    public uint* Ids;
}

/// <summary>A missed piece that is equal to one before it, which is merged: their numbers.</summary>
internal struct PieceRepeat
{
    public int Piece;
    public int First;
}

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
    public CachePlace Place;

    /// <summary>Seed of the hashes by which the cache finds medium and long pieces.</summary>
    public const ulong CacheSeed = 0x5851_F42D_4C95_7F2D;

    /// <summary>Finds out where a piece of at most 29 bytes can be, in the cache and in the table of tokens,
    /// and asks for these lines.</summary>
    // Safety: 32 bytes must be readable at piece.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Locate(in PieceLines lines, in PieceTable pieces, byte* piece, uint length)
    {
        Vector256<byte> bytes = ShortKey.Fill(piece, length, ShortKey.Masks);
        Vector256<ulong> words = bytes.AsUInt64();
        Bytes = bytes;
        if (length <= ShortPieceKey.MaxLength)
        {
            ulong high = words.GetElement(1) | (ulong)length << ShortPieceKey.LengthShift;
            byte* entry = pieces.EntryOf(words.GetElement(0), high, out ulong hash);
            Hints.Prefetch(entry);
            Entry = entry;
            Hash = hash;
            Key = ShortKey.Of(piece, length, ShortKey.Masks);
            Place = new CachePlace(lines.LineOf(ShortKey.Hash(Key)), lines.LineOf(hash), hash);
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
            Hints.Prefetch(line);
            Hash = hash;
            Place = new CachePlace(line, lines.LineOf(BitOperations.RotateLeft(hash, 32)), hash);
        }
    }
}
