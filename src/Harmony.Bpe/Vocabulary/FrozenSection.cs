namespace Harmony.Bpe.Vocabulary;

/// <summary>The sections of a frozen vocabulary.</summary>
internal enum FrozenSection : uint
{
    /// <summary>u32 for each ranked token, and one more: where its bytes start in
    /// <see cref="TokenBytes"/>.</summary>
    TokenOffsets = 1,

    /// <summary>The bytes of all ranked tokens, in id order.</summary>
    TokenBytes = 2,

    /// <summary>u32 for each byte value: the id of the token that is this byte.</summary>
    ByteTokens = 3,

    /// <summary>Tokens of 1 to 13 bytes, by their bytes: perfect hash table of 16-byte entries.</summary>
    ShortPieces = 4,

    /// <summary>Tokens of 14 to 29 bytes, by their bytes: perfect hash table of 32-byte entries.</summary>
    MediumPieces = 5,

    /// <summary>Tokens of 30 bytes and more, by their bytes: perfect hash table of ids.</summary>
    LongPieces = 6,

    /// <summary>Merge rules by their two ids: perfect hash table of 4-byte entries.</summary>
    Merges = 7,

    /// <summary>Two u32 for each ranked token: the ids whose merge makes it.</summary>
    Splits = 8,

    /// <summary>The rows of lead bytes, then code point to <see cref="CharacterClass"/> in two
    /// levels.</summary>
    CharacterClasses = 9,

    /// <summary>u32 for each pair of bytes: the id that their tokens merge into, or all ones.</summary>
    BytePairs = 10,

    /// <summary>The tokens that merging can form, as a <see cref="Vocabulary.TokenTrie"/>. Missing if a token
    /// has a lower rank than one of its parts.</summary>
    TokenTrie = 11,

    /// <summary>A bit for each hash of a token of 14 bytes or more: a
    /// <see cref="Vocabulary.LongTokenFilter"/>.</summary>
    LongTokenFilter = 12,

    /// <summary>Pairs of bytes, and characters of three bytes, with which merging can begin:
    /// <see cref="Vocabulary.CertifiedStarts"/>.</summary>
    CertifiedStarts = 13,

    /// <summary>The first set of special tokens; set n is section 256 + n.</summary>
    FirstSpecialTokens = 256,
}
