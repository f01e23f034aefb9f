using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// The memory of a frozen vocabulary and its directory. Opening a section checks that it exists, lies inside
/// the file and is long enough, so that the tables need no checks of their own.
/// </summary>
internal readonly unsafe struct FrozenVocabularySections
{
    private readonly byte* _start;
    private readonly long _length;

    /// <summary>The memory of the sections.</summary>
    public readonly FrozenMemory Memory;

    // Safety: length bytes of the memory must be readable at start. Callers keep the memory alive.
    public FrozenVocabularySections(FrozenMemory memory, byte* start, long length)
    {
        Memory = memory;
        _start = start;
        _length = length;
    }

    /// <summary>Where a section starts.</summary>
    /// <exception cref="VocabularyException">The section is missing or too short.</exception>
    public byte* Open(FrozenSection section, long atLeast, out long length)
    {
        if (!TryOpen(section, out byte* start, out length))
        {
            FrozenVocabularyErrors.ThrowSectionMissing(section);
        }

        if (length < atLeast)
        {
            FrozenVocabularyErrors.ThrowSectionTooShort(section, length, atLeast);
        }

        return start;
    }

    /// <summary>Where a section starts, and its length in bytes.</summary>
    /// <returns>False if there is no such section.</returns>
    public bool TryOpen(FrozenSection section, out byte* start, out long length)
    {
        // Safety: FrozenVocabulary checked that the directory lies inside the file.
        uint count = Unsafe.ReadUnaligned<uint>(_start + FrozenFormat.FixedHeaderLength - 4);
        byte* entry = _start + FrozenFormat.FixedHeaderLength;
        for (uint i = 0; i < count; i++, entry += FrozenFormat.DirectoryEntryLength)
        {
            if (Unsafe.ReadUnaligned<uint>(entry) != (uint)section)
            {
                continue;
            }

            uint offset = Unsafe.ReadUnaligned<uint>(entry + 4);
            length = Unsafe.ReadUnaligned<uint>(entry + 8);
            if (offset + length > _length)
            {
                FrozenVocabularyErrors.ThrowSectionTooLong(section, offset + length, _length);
            }

            start = _start + offset;
            return true;
        }

        start = null;
        length = 0;
        return false;
    }

    /// <summary>Opens a perfect hash table and finds its entries.</summary>
    public PerfectHash OpenHashTable(FrozenSection section, int entryLength, out byte* entries)
    {
        byte* start = Open(section, FrozenFormat.HashTableHeaderLength, out long length);
        var slotBits = Unsafe.ReadUnaligned<int>(start + 8);
        var bucketBits = Unsafe.ReadUnaligned<int>(start + 12);
        if (slotBits is < 1 or > 24 || bucketBits is < 1 or > 24)
        {
            FrozenVocabularyErrors.ThrowWrongHashTable(section, slotBits, bucketBits);
        }

        int entriesOffset = PerfectHash.EntriesOffset(bucketBits);
        long atLeast = entriesOffset + ((long)entryLength << slotBits);
        if (length < atLeast)
        {
            FrozenVocabularyErrors.ThrowSectionTooShort(section, length, atLeast);
        }

        entries = start + entriesOffset;
        return new PerfectHash(start);
    }
}
