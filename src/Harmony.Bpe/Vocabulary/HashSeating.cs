namespace Harmony.Bpe.Vocabulary;

/// <summary>The search of <see cref="PerfectHashBuilder"/> for pilots, with one seed.</summary>
internal sealed class HashSeating
{
    private const int Free = -1;

    /// <summary>Of sixteen slots, those for which pilots are chosen; the others are left to chance.</summary>
    private const int ChoosersInSixteen = 15;

    private readonly ulong[] _hashes;
    private readonly int _keyCount;
    private readonly uint _mask;
    private readonly int _bucketShift;

    /// <summary>Seats the keys of a table.</summary>
    /// <param name="hashes">The hashes of the keys, then of the guests.</param>
    /// <param name="keyCount">The number of keys.</param>
    /// <param name="slotBits">The table's slot bits.</param>
    public HashSeating(ulong[] hashes, int keyCount, int slotBits)
    {
        _hashes = hashes;
        _keyCount = keyCount;
        _mask = (1u << slotBits) - 1;
        _bucketShift = 64 - PerfectHash.BucketBitsFor(slotBits);
        Pilots = new byte[1 << PerfectHash.BucketBitsFor(slotBits)];
        KeyAt = new int[1 << slotBits];
        Array.Fill(KeyAt, Free);
    }

    /// <summary>The pilot of each bucket.</summary>
    public byte[] Pilots { get; }

    /// <summary>The key or guest in each slot, negative if there is none.</summary>
    public int[] KeyAt { get; }

    /// <summary>Finds the pilots and fills the slots.</summary>
    /// <returns>False if some bucket has no pilot with which all its keys have a slot.</returns>
    public bool TryFindPilots()
    {
        // Some guests have a say in the choice of the pilots. If all had, the last buckets would find no pilot
        // for their keys.
        int choosers = Math.Min(_hashes.Length, Math.Max(_keyCount, KeyAt.Length * ChoosersInSixteen / 16));
        ILookup<int, int> buckets = Enumerable.Range(0, choosers).ToLookup(BucketOf);
        foreach (IGrouping<int, int> bucket in buckets
            .OrderByDescending(bucket => bucket.Count(key => key < _keyCount))
            .ThenBy(static bucket => bucket.Key))
        {
            if (!TryFindPilot(bucket.Key, [.. bucket]))
            {
                return false;
            }
        }

        for (int guest = choosers; guest < _hashes.Length; guest++)
        {
            ref int key = ref KeyAt[SlotOf(guest, Pilots[BucketOf(guest)])];
            key = key == Free ? guest : key;
        }

        return true;
    }

    private int BucketOf(int key) => (int)(_hashes[key] >> _bucketShift);

    private uint SlotOf(int key, int pilot) => PerfectHash.Slot(_hashes[key], (byte)pilot) & _mask;

    /// <summary>Takes the first of the pilots that seat all keys and the best guests.</summary>
    private bool TryFindPilot(int bucket, int[] keys)
    {
        int best = -1;
        long most = -1;
        long all = keys.Sum(WorthOf);
        for (int pilot = 0; pilot <= byte.MaxValue && most < all; pilot++)
        {
            long seated = Seat(keys, pilot);
            Leave(keys, pilot);
            if (seated > most)
            {
                best = pilot;
                most = seated;
            }
        }

        if (best < 0)
        {
            return false;
        }

        Pilots[bucket] = (byte)best;
        Seat(keys, best);
        return true;
    }

    /// <summary>What seating a guest is worth: the more, the earlier it comes.</summary>
    private long WorthOf(int key) => key < _keyCount ? 0 : _hashes.Length - key;

    /// <summary>Seats the keys of a bucket, and its guests where there is room.</summary>
    /// <returns>What the seated guests are worth; −1 if not all keys are seated.</returns>
    private long Seat(int[] keys, int pilot)
    {
        long worth = 0;
        foreach (int key in keys)
        {
            ref int slot = ref KeyAt[SlotOf(key, pilot)];
            if (slot == Free)
            {
                slot = key;
                worth += WorthOf(key);
            }
            else if (key < _keyCount)
            {
                return -1;
            }
        }

        return worth;
    }

    private void Leave(int[] keys, int pilot)
    {
        foreach (int key in keys)
        {
            ref int slot = ref KeyAt[SlotOf(key, pilot)];
            slot = slot == key ? Free : slot;
        }
    }
}
