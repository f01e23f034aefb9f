using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// An entry of the table of short pieces: a token and its id, or a common piece that is no token and its two
/// or three ids. It is laid out like the <see cref="ShortVocabularyKey"/>, and the ids after the first are
/// where a shorter piece has zeros.
/// <code>
/// second word, bits 62..63          58..61 40..57   22..39                  4..21                   0..3
/// token             0               length id       bytes 8 to 12 of the piece
/// two ids           1               length first id second id               bytes 8 and 9 of the piece
/// three ids         2               length first id second id               third id                0
/// </code>
/// </summary>
internal static unsafe class ShortEntry
{
    /// <summary>The bytes of an entry.</summary>
    public const int Length = 16;

    /// <summary>The longest piece with two ids that has an entry, and the longest with three.</summary>
    public const int MaxLengthOfTwo = 10;
    public const int MaxLengthOfThree = 8;

    /// <summary>The most ids of an entry.</summary>
    public const int MaxIds = 3;

    /// <summary>The first bit of the number of ids after the first; a key has 0 there.</summary>
    private const int MoreShift = 62;

    private const ulong IdMask = (1UL << FrozenFormat.IdBits) - 1;

    /// <summary>The bits below the length.</summary>
    private const ulong BelowLength = (1UL << ShortVocabularyKey.LengthShift) - 1;

    /// <summary>Whether a piece with these many ids can have an entry.</summary>
    public static bool Fits(int length, int ids) => ids switch
    {
        1 => length <= ShortVocabularyKey.MaxLength,
        2 => length <= MaxLengthOfTwo,
        3 => length <= MaxLengthOfThree,
        _ => false,
    };

    /// <summary>Writes an entry.</summary>
    public static void Write(Span<byte> entry, ReadOnlySpan<byte> piece, ReadOnlySpan<int> ids)
    {
        Debug.Assert(Fits(piece.Length, ids.Length), $"{ids.Length} ids of {piece.Length} bytes have no entry.");
        var key = new ShortVocabularyKey(piece);
        ulong high = key.High | (ulong)(ids.Length - 1) << MoreShift;
        for (int i = 0; i < ids.Length; i++)
        {
            high |= (ulong)ids[i] << (ShortVocabularyKey.IdShift - i * FrozenFormat.IdBits);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(entry, key.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], high);
    }

    /// <summary>Reads the ids of the piece with a key.</summary>
    /// <param name="entry">The one entry that the piece can have.</param>
    /// <param name="key">The key.</param>
    /// <param name="ids">The ids, the first in the lowest 18 bits. Undefined if the count is 0.</param>
    /// <returns>The number of ids; 0 if the entry is another piece's, or none's.</returns>
    // Safety: an entry of the table must be readable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* entry, ShortVocabularyKey key, out ulong ids)
    {
        ulong high = Unsafe.ReadUnaligned<ulong>(entry + 8);
        int more = (int)(high >> MoreShift);
        ulong idBits = BelowLength & ulong.MaxValue << (ShortVocabularyKey.IdShift - more * FrozenFormat.IdBits);
        ulong difference = Unsafe.ReadUnaligned<ulong>(entry) ^ key.Low
            | (high ^ key.High) & ~(idBits | ulong.MaxValue << MoreShift);
        ulong ofIds = high & idBits;
        const int Second = ShortVocabularyKey.IdShift - FrozenFormat.IdBits;
        const int Third = Second - FrozenFormat.IdBits;
        ids = ofIds >> ShortVocabularyKey.IdShift
            | (ofIds >> Second & IdMask) << FrozenFormat.IdBits
            | (ofIds >> Third & IdMask) << 2 * FrozenFormat.IdBits;
        return difference == 0 ? (uint)more + 1 : 0;
    }
}
