using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable table from the bytes of a token to its id: three perfect hash tables, by length. A probe of the
/// short or the medium table is one comparison with one entry. A probe of the long table compares with the
/// bytes of the token. A filter keeps most pieces that are no tokens away from both longer tables.
/// Between the short tokens are common pieces that are no tokens, with the ids that merging gives: those are
/// in <see cref="ShortEntry"/>, and <see cref="Find"/> does not find them.
/// </summary>
internal readonly unsafe struct PieceTable
{
    private readonly PerfectHash _shortHash;
    private readonly PerfectHash _mediumHash;
    private readonly PerfectHash _longHash;
    private readonly byte* _shortEntries;
    private readonly byte* _mediumEntries;
    private readonly byte* _longEntries;
    private readonly LongTokenFilter _longTokens;
    private readonly TokenTable _tokens;

    // Safety: the three sections must have the layout that FrozenVocabularyWriter gives them.
    public PieceTable(FrozenVocabularySections sections, TokenTable tokens)
    {
        _tokens = tokens;
        _shortHash = sections.OpenHashTable(FrozenSection.ShortPieces, ShortEntry.Length, out _shortEntries);
        _mediumHash = sections.OpenHashTable(FrozenSection.MediumPieces, 32, out _mediumEntries);
        _longTokens = new LongTokenFilter(sections);
        _longHash = sections.OpenHashTable(FrozenSection.LongPieces, 4, out _longEntries);
    }

    /// <summary>The id of the ranked token that has exactly these bytes, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(ReadOnlySpan<byte> piece) => piece.Length switch
    {
        <= ShortVocabularyKey.MaxLength => FindShort(new ShortVocabularyKey(piece)),
        _ when !_longTokens.MayHave(piece) => -1,
        <= MediumVocabularyKey.MaxLength => FindMedium(new MediumVocabularyKey(piece)),
        _ => FindLong(piece),
    };

    /// <summary>The hash of a short key. All of its bits are good.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong HashOf(ShortVocabularyKey key) => key.Hash(_shortHash.Seed);

    /// <summary>The one entry that a short key with this hash can have.</summary>
    // Safety: SlotOf is below the slot count, and the section holds an entry for every slot.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* EntryOf(ulong hash) => _shortEntries + (nuint)_shortHash.SlotOf(hash) * ShortEntry.Length;

    /// <summary>The id in an entry from <see cref="EntryOf"/>, or −1 if it is not the token's with the
    /// key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IdIn(byte* entry, ShortVocabularyKey key)
    {
        ulong entryHigh = Unsafe.ReadUnaligned<ulong>(entry + 8);
        ulong difference =
            Unsafe.ReadUnaligned<ulong>(entry) ^ key.Low | (entryHigh ^ key.High) & ~ShortVocabularyKey.IdMask;
        return difference == 0 ? (int)((entryHigh & ShortVocabularyKey.IdMask) >> ShortVocabularyKey.IdShift) : -1;
    }

    /// <summary>Finds a token of at most 13 bytes, or a common piece that the table has besides.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="ids">Its ids, the first in the lowest 18 bits.</param>
    /// <returns>The number of ids, 0 if the table does not have the piece.</returns>
    public int FindEntry(ReadOnlySpan<byte> piece, out ulong ids)
    {
        var key = new ShortVocabularyKey(piece);
        return (int)ShortEntry.Read(EntryOf(HashOf(key)), key, out ids);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindShort(ShortVocabularyKey key) => IdIn(EntryOf(HashOf(key)), key);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FindMedium(in MediumVocabularyKey key)
    {
        // Safety: as in EntryOf, with 32 bytes for every slot.
        byte* entry = _mediumEntries + (nuint)_mediumHash.SlotOf(key.Hash(_mediumHash.Seed)) * 32;
        ulong last = Unsafe.ReadUnaligned<ulong>(entry + 24);
        ulong difference = Unsafe.ReadUnaligned<ulong>(entry) ^ key.A
            | Unsafe.ReadUnaligned<ulong>(entry + 8) ^ key.B
            | Unsafe.ReadUnaligned<ulong>(entry + 16) ^ key.C
            | (last ^ key.D) & ~ShortVocabularyKey.IdMask;
        return difference == 0 ? (int)((last & ShortVocabularyKey.IdMask) >> ShortVocabularyKey.IdShift) : -1;
    }

    private int FindLong(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > _tokens.MaxLength)
        {
            return -1;
        }

        // Safety: as in EntryOf, with 4 bytes for every slot. A free slot holds id 0, whose bytes do not
        // match.
        uint slot = _longHash.SlotOf(HashLong(piece, _longHash.Seed));
        var id = (int)Unsafe.ReadUnaligned<uint>(_longEntries + (nuint)slot * 4);
        return _tokens.BytesOf(id).SequenceEqual(piece) ? id : -1;
    }

    /// <summary>Hash of a piece of 30 bytes or more.</summary>
    public static ulong HashLong(ReadOnlySpan<byte> piece, ulong seed) =>
        XxHash3.HashToUInt64(piece, (long)seed);
}
