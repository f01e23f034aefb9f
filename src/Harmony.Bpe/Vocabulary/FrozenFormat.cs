namespace Harmony.Bpe.Vocabulary;

/// <summary>The numbers of the frozen vocabulary's binary format; docs/vocabulary-format.md explains
/// them.</summary>
internal static class FrozenFormat
{
    /// <summary>The first eight bytes of the file: "BPEFROZN" read as a little-endian integer.</summary>
    public const ulong Magic = 0x4E5A_4F52_4645_5042;

    /// <summary>Raised with every change that an older reader would misread.</summary>
    public const uint Version = 2;

    /// <summary>Unicode 16.0.0, as 16 &lt;&lt; 16 | 0 &lt;&lt; 8 | 0.</summary>
    public const uint UnicodeVersion = 16u << 16;

    /// <summary>Bytes from the start of the file to the section directory.</summary>
    public const int FixedHeaderLength = 88;

    /// <summary>Bytes of one directory entry: section, offset, length, reserved; each a u32.</summary>
    public const int DirectoryEntryLength = 16;

    /// <summary>Bytes of the checksum that closes the header.</summary>
    public const int HeaderChecksumLength = 8;

    /// <summary>Every section starts at a multiple of this many bytes from the start of the file.</summary>
    public const int SectionAlignment = 64;

    /// <summary>Bytes in front of a perfect hash table's pilots: seed u64, slot bits u32, bucket bits
    /// u32.</summary>
    public const int HashTableHeaderLength = 64;

    /// <summary>Bits of an id inside the packed tables: ids must stay below 2^18.</summary>
    public const int IdBits = 18;

    /// <summary>The largest number of ranked tokens that a frozen vocabulary can hold. The id of all ones is
    /// no token's: merging uses it for what lies beyond a piece's ends.</summary>
    public const int MaxTokenCount = (1 << IdBits) - 1;

    /// <summary>The longest token, in bytes, that a rank file may hold.</summary>
    public const int MaxTokenLength = 1 << 12;
}

/// <summary>The sections of a frozen vocabulary.</summary>
internal enum FrozenSection : uint
{
    /// <summary>u32 per ranked token and one more: where its bytes start in
    /// <see cref="TokenBytes"/>.</summary>
    TokenOffsets = 1,

    /// <summary>The bytes of all ranked tokens, in id order.</summary>
    TokenBytes = 2,

    /// <summary>u32 per byte value: the id of the token that is this single byte.</summary>
    ByteTokens = 3,

    /// <summary>Tokens of 1 to 13 bytes, by their bytes: perfect hash table of 16-byte entries.</summary>
    ShortPieces = 4,

    /// <summary>Tokens of 14 to 29 bytes, by their bytes: perfect hash table of 32-byte entries.</summary>
    MediumPieces = 5,

    /// <summary>Tokens of 30 bytes and more, by their bytes: perfect hash table of ids.</summary>
    LongPieces = 6,

    /// <summary>Merge rules by their two ids: perfect hash table of 4-byte entries.</summary>
    Merges = 7,

    /// <summary>Two u32 per ranked token: the ids whose merge makes it.</summary>
    Splits = 8,

    /// <summary>Code point to <see cref="CharacterClass"/>, in two levels; then the rows of lead
    /// bytes.</summary>
    CharacterClasses = 9,

    /// <summary>u32 per pair of bytes: the id that their tokens merge into, or all ones.</summary>
    BytePairs = 10,

    /// <summary>The tokens that merging can form, as a <see cref="Vocabulary.TokenTrie"/>; only if each has a
    /// higher rank than its parts.</summary>
    TokenTrie = 11,

    /// <summary>The first set of special tokens; set n is section 256 + n.</summary>
    FirstSpecialTokens = 256,
}
