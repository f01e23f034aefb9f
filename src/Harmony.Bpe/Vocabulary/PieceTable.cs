using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable table from the bytes of a token to its id: three perfect hash tables, by length. A probe of the
/// short or the medium table is one comparison with one entry. A probe of the long table compares with the
/// bytes of the token. A filter keeps most pieces that are no tokens away from both longer tables.
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
        _shortHash = sections.OpenHashTable(FrozenSection.ShortPieces, 16, out _shortEntries);
        _mediumHash = sections.OpenHashTable(FrozenSection.MediumPieces, 32, out _mediumEntries);
        _longTokens = new LongTokenFilter(sections);
        _longHash = sections.OpenHashTable(FrozenSection.LongPieces, 4, out _longEntries);
    }

    /// <summary>The id of the ranked token that has exactly these bytes, or −1.</summary>
    public int Find(ReadOnlySpan<byte> piece) => piece.Length switch
    {
        <= ShortVocabularyKey.MaxLength => FindShort(new ShortVocabularyKey(piece)),
        _ when !_longTokens.MayHave(piece) => -1,
        <= MediumVocabularyKey.MaxLength => FindMedium(new MediumVocabularyKey(piece)),
        _ => FindLong(piece),
    };

    /// <summary>The one entry that a short key can have, and the hash of the key. An entry has 16 bytes, laid
    /// out like the key with the id in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* EntryOf(ShortVocabularyKey key, out ulong hash)
    {
        // Safety: SlotOf is below the slot count, and the section holds 16 bytes for every slot.
        hash = key.Hash(_shortHash.Seed);
        return _shortEntries + (nuint)_shortHash.SlotOf(hash) * 16;
    }

    /// <summary>The id in an entry from <see cref="EntryOf"/>, or −1 if the entry is another key's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IdIn(byte* entry, ShortVocabularyKey key)
    {
        ulong entryHigh = Unsafe.ReadUnaligned<ulong>(entry + 8);
        ulong difference =
            Unsafe.ReadUnaligned<ulong>(entry) ^ key.Low | (entryHigh ^ key.High) & ~ShortVocabularyKey.IdMask;
        return difference == 0 ? (int)((entryHigh & ShortVocabularyKey.IdMask) >> ShortVocabularyKey.IdShift) : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindShort(ShortVocabularyKey key)
    {
        byte* entry = EntryOf(key, out _);
        return IdIn(entry, key);
    }

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
