using System.Buffers.Binary;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Finds the pilots of a perfect hash table. Buckets are placed from the fullest to the emptiest, each with
/// the first pilot that sends all of its keys to free slots. If a bucket has no such pilot, the next seed is
/// tried; if no seed works, a larger table.
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
    public static byte[] Build(
        int keyCount, int entryLength, Func<int, ulong, ulong> hashOf, Action<int, ulong, Span<byte>> writeEntry)
    {
        int fewestBits = PerfectHash.SlotBitsFor(keyCount);
        var hashes = new ulong[keyCount];
        var slotOf = new uint[keyCount];
        for (int slotBits = fewestBits; slotBits <= fewestBits + MaxGrowth; slotBits++)
        {
            int bucketBits = PerfectHash.BucketBitsFor(slotBits);
            for (uint attempt = 0; attempt < MaxSeeds; attempt++)
            {
                ulong seed = attempt * SeedStep;
                for (int i = 0; i < keyCount; i++)
                {
                    hashes[i] = hashOf(i, seed);
                }

                byte[]? pilots = TryFindPilots(hashes, slotBits, bucketBits, slotOf);
                if (pilots is not null)
                {
                    return Write(
                        seed, slotBits, bucketBits, pilots, hashes, slotOf, entryLength, writeEntry);
                }
            }
        }

        throw new VocabularyException(
            $"No perfect hash table of {keyCount} keys was found with {MaxSeeds} seeds; "
            + "this vocabulary cannot be frozen.");
    }

    private static byte[]? TryFindPilots(ulong[] hashes, int slotBits, int bucketBits, uint[] slotOf)
    {
        ILookup<int, int> buckets = Enumerable.Range(0, hashes.Length)
            .ToLookup(key => (int)(hashes[key] >> (64 - bucketBits)));
        var pilots = new byte[1 << bucketBits];
        var taken = new bool[1 << slotBits];
        uint mask = (1u << slotBits) - 1;
        foreach (IGrouping<int, int> bucket in buckets
            .OrderByDescending(static b => b.Count())
            .ThenBy(static b => b.Key))
        {
            int[] keys = [.. bucket];
            int pilot = 0;
            while (!TryPlace(keys, hashes, (byte)pilot, mask, taken, slotOf))
            {
                if (++pilot > byte.MaxValue)
                {
                    return null;
                }
            }

            pilots[bucket.Key] = (byte)pilot;
        }

        return pilots;
    }

    private static bool TryPlace(
        int[] keys, ulong[] hashes, byte pilot, uint mask, bool[] taken, uint[] slotOf)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            uint slot = PerfectHash.Slot(hashes[keys[i]], pilot) & mask;
            if (taken[slot])
            {
                while (--i >= 0)
                {
                    taken[slotOf[keys[i]]] = false;
                }

                return false;
            }

            taken[slot] = true;
            slotOf[keys[i]] = slot;
        }

        return true;
    }

    private static byte[] Write(
        ulong seed, int slotBits, int bucketBits, byte[] pilots, ulong[] hashes, uint[] slotOf,
        int entryLength, Action<int, ulong, Span<byte>> writeEntry)
    {
        int entries = PerfectHash.EntriesOffset(bucketBits);
        var section = new byte[entries + (entryLength << slotBits)];
        BinaryPrimitives.WriteUInt64LittleEndian(section, seed);
        BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(8), slotBits);
        BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(12), bucketBits);
        pilots.CopyTo(section, FrozenFormat.HashTableHeaderLength);
        for (int key = 0; key < hashes.Length; key++)
        {
            int at = entries + (int)slotOf[key] * entryLength;
            writeEntry(key, hashes[key], section.AsSpan(at, entryLength));
        }

        return section;
    }
}
