using System.Buffers.Binary;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Finds the pilots of a perfect hash table. Buckets are placed from the fullest to the emptiest, each with
/// the first pilot that sends all of its keys to free slots. If a bucket has no such pilot, the next seed is
/// tried; if no seed works, a larger table. A table can have guests besides, which get the slots that its keys
/// leave free: the pilots are those that seat the most.
/// </summary>
internal static class PerfectHashBuilder
{
    private const int MaxSeeds = 64;

    /// <summary>The most bits by which a table grows if no seed works.</summary>
    private const int MaxGrowth = 3;

    /// <summary>The difference of two seeds, in all their bits: a change of the low bits of a key alone would
    /// hardly change the hashes of similar keys.</summary>
    private const ulong SeedStep = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Lays out a table section: header, pilots, entries.</summary>
    /// <param name="keyCount">The number of keys.</param>
    /// <param name="entryLength">Bytes of an entry.</param>
    /// <param name="hashOf">The hash of a key, by its index and the seed.</param>
    /// <param name="writeEntry">Writes the entry of a key, given its index, its hash and the entry's
    /// bytes.</param>
    /// <param name="guestCount">The number of keys after these that are written only where a slot is free; the
    /// first come first.</param>
    public static byte[] Build(
        int keyCount,
        int entryLength,
        Func<int, ulong, ulong> hashOf,
        Action<int, ulong, Span<byte>> writeEntry,
        int guestCount = 0)
    {
        int fewestBits = PerfectHash.SlotBitsFor(keyCount);
        var hashes = new ulong[keyCount + guestCount];
        for (int slotBits = fewestBits; slotBits <= fewestBits + MaxGrowth; slotBits++)
        {
            for (uint attempt = 0; attempt < MaxSeeds; attempt++)
            {
                ulong seed = attempt * SeedStep;
                for (int i = 0; i < hashes.Length; i++)
                {
                    hashes[i] = hashOf(i, seed);
                }

                var seating = new HashSeating(hashes, keyCount, slotBits);
                if (seating.TryFindPilots())
                {
                    return Write(seed, slotBits, seating, hashes, entryLength, writeEntry);
                }
            }
        }

        throw new VocabularyException(
            $"No perfect hash table of {keyCount} keys was found with {MaxSeeds} seeds; "
            + "this vocabulary cannot be frozen.");
    }

    private static byte[] Write(
        ulong seed, int slotBits, HashSeating seating, ulong[] hashes,
        int entryLength, Action<int, ulong, Span<byte>> writeEntry)
    {
        int bucketBits = PerfectHash.BucketBitsFor(slotBits);
        int entries = PerfectHash.EntriesOffset(bucketBits);
        var section = new byte[entries + (entryLength << slotBits)];
        BinaryPrimitives.WriteUInt64LittleEndian(section, seed);
        BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(8), slotBits);
        BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(12), bucketBits);
        seating.Pilots.CopyTo(section.AsSpan(FrozenFormat.HashTableHeaderLength));
        for (int slot = 0; slot < seating.KeyAt.Length; slot++)
        {
            int key = seating.KeyAt[slot];
            if (key >= 0)
            {
                writeEntry(key, hashes[key], section.AsSpan(entries + slot * entryLength, entryLength));
            }
        }

        return section;
    }
}
