namespace Harmony.Bpe.Vocabulary;

/// <summary>The numbers of the frozen vocabulary's binary format; docs/vocabulary-format.md explains
/// them.</summary>
internal static class FrozenFormat
{
    /// <summary>The first eight bytes of the file: "BPEFROZN" read as a little-endian integer.</summary>
    public const ulong Magic = 0x4E5A_4F52_4645_5042;

    /// <summary>Raised with every change that older readers would misread.</summary>
    public const uint Version = 4;

    /// <summary>Unicode 16.0.0, as 16 &lt;&lt; 16 | 0 &lt;&lt; 8 | 0.</summary>
    public const uint UnicodeVersion = 16u << 16;

    /// <summary>Bytes from the start of the file to the section directory.</summary>
    public const int FixedHeaderLength = 88;

    /// <summary>Bytes of a directory entry: section, offset, length, reserved; a u32 each.</summary>
    public const int DirectoryEntryLength = 16;

    /// <summary>Bytes of the checksum that closes the header.</summary>
    public const int HeaderChecksumLength = 8;

    /// <summary>Every section starts at a multiple of this many bytes from the start of the file.</summary>
    public const int SectionAlignment = 64;

    /// <summary>Bytes before the pilots of a perfect hash table: seed u64, slot bits u32, bucket bits u32,
    /// padding.</summary>
    public const int HashTableHeaderLength = 64;

    /// <summary>Bits of an id in packed tables: ids are below 2^18.</summary>
    public const int IdBits = 18;

    /// <summary>The most ranked tokens of a frozen vocabulary. The id of all ones belongs to no token:
    /// merging uses it past the ends of a piece.</summary>
    public const int MaxTokenCount = (1 << IdBits) - 1;

    /// <summary>The longest token of a rank file, in bytes.</summary>
    public const int MaxTokenLength = 1 << 12;
}
