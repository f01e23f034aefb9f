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
