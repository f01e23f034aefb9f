using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable table of the merge rules: two adjacent ids to the id that they merge into, which is also the
/// rank of the rule. Only one pair can ever form a token (docs/bpe.md proves it), so there is at most one
/// rule for each token, and the pair is stored by the token's id.
/// </summary>
internal readonly unsafe struct MergeTable
{
    /// <summary>The result of <see cref="Find"/> for a pair that no rule joins; greater than every
    /// rank.</summary>
    public const int None = int.MaxValue;

    /// <summary>The bits of an entry above the id: a part of the hash, which tells nearly all other pairs
    /// apart without reading the rule.</summary>
    private const int FingerprintBits = 32 - FrozenFormat.IdBits;

    /// <summary>The mask of those bits.</summary>
    public const uint FingerprintMask = ~IdMask;

    private const uint IdMask = (1u << FrozenFormat.IdBits) - 1;

    /// <summary>The tokens with which merging can begin.</summary>
    public readonly CertifiedStarts Starts;

    private readonly PerfectHash _hash;
    private readonly byte* _entries;
    private readonly ulong* _splits;
    private readonly uint* _byteTokens;
    private readonly uint* _bytePairs;

    // Safety: the sections must have the layout that FrozenVocabularyWriter gives them.
    public MergeTable(FrozenVocabularySections sections, int tokenCount)
    {
        _hash = sections.OpenHashTable(FrozenSection.Merges, sizeof(uint), out _entries);
        _splits = (ulong*)sections.Open(FrozenSection.Splits, tokenCount * (long)sizeof(ulong), out _);
        _byteTokens = (uint*)sections.Open(FrozenSection.ByteTokens, 256 * sizeof(uint), out _);
        Starts = new CertifiedStarts(sections);
        _bytePairs = (uint*)sections.Open(FrozenSection.BytePairs, 256 * 256 * sizeof(uint), out _);
    }

    /// <summary>The id of the token that is this one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IdOfByte(byte value) => (int)_byteTokens[value];

    /// <summary>The id that the tokens of two adjacent bytes merge into, or all ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint FindBytes(byte left, byte right) => _bytePairs[left << 8 | right];

    /// <summary>The id that two adjacent ids merge into, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int left, int right)
    {
        ulong split = Split(left, right);
        ulong hash = Hash(split, _hash.Seed);

        // Safety: SlotOf is below the slot count, and the section holds an entry for every slot.
        uint entry = Unsafe.ReadUnaligned<uint>(_entries + (nuint)_hash.SlotOf(hash) * sizeof(uint));
        if ((entry & FingerprintMask) != Fingerprint(hash))
        {
            return None;
        }

        // Safety: the builder only writes ids below the token count.
        var id = (int)(entry & IdMask);
        return Unsafe.ReadUnaligned<ulong>(_splits + id) == split ? id : None;
    }

    /// <summary>The id that two adjacent ids merge into, or all ones. Once in thousands of times it is an id
    /// although they do not merge, so <see cref="Verify"/> it before use.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint FindUnverified(uint left, uint right)
    {
        uint* entry = EntryOf(left, right, out uint fingerprint);
        return ReadUnverified(entry, fingerprint);
    }

    /// <summary>The first half of <see cref="FindUnverified"/>: the one entry that can be the
    /// pair's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint* EntryOf(uint left, uint right, out uint fingerprint)
    {
        ulong hash = Hash(Split((int)left, (int)right), _hash.Seed);
        fingerprint = Fingerprint(hash);

        // Safety: SlotOf is below the slot count, and the section holds an entry for every slot.
        return (uint*)(_entries + (nuint)_hash.SlotOf(hash) * sizeof(uint));
    }

    /// <summary>The one entry that can be the pair's, by its number, and above that the bits that it must
    /// have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong PlaceOf(uint left, uint right)
    {
        ulong hash = Hash(Split((int)left, (int)right), _hash.Seed);
        return _hash.SlotOf(hash) | (ulong)Fingerprint(hash) << 32;
    }

    /// <summary>The entry of a place.</summary>
    // Safety: the place must be from PlaceOf, which gives the number of an entry.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint* EntryAt(ulong place) => (uint*)_entries + (uint)place;

    /// <summary>What <see cref="FindUnverified"/> gives for the pair of a place.</summary>
    // Safety: as for EntryAt.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadUnverified(ulong place) => ReadUnverified(EntryAt(place), (uint)(place >> 32));

    /// <summary>The second half of <see cref="FindUnverified"/>.</summary>
    // Safety: the entry must be the table's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ReadUnverified(uint* entry, uint fingerprint)
    {
        // Without a branch, which would often be mispredicted. If the fingerprints are equal, only the id is
        // left; otherwise the result is greater than any id.
        uint id = *entry ^ fingerprint;
        return id | (uint)(((long)IdMask - id) >> 63);
    }

    /// <summary>The address that <see cref="Verify"/> reads, for a prefetch.</summary>
    // Safety: ids in the table are below the token count.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* SplitOf(uint id) => _splits + id;

    /// <summary>Whether an id from <see cref="FindUnverified"/> is what the two ids merge into.</summary>
    // Safety: ids in the table are below the token count.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Verify(uint id, uint left, uint right) =>
        Unsafe.ReadUnaligned<ulong>(_splits + id) == Split((int)left, (int)right);

    /// <summary>The two ids whose merge makes a token.</summary>
    /// <returns>False for single bytes, and for tokens that no merge makes.</returns>
    public bool TryGetSplit(int id, out int left, out int right)
    {
        // Safety: callers pass ids below the token count.
        ulong split = Unsafe.ReadUnaligned<ulong>(_splits + id);
        left = (int)(uint)split;
        right = (int)(split >> 32);
        return split != NoSplit;
    }

    /// <summary>The split of a token that no merge makes.</summary>
    public const ulong NoSplit = ulong.MaxValue;

    /// <summary>The hash of a pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ulong split, ulong seed) => PerfectHash.Hash(split, seed);

    /// <summary>The stored form of a pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Split(int left, int right) => (uint)left | (ulong)(uint)right << 32;

    /// <summary>The bits of a hash that an entry keeps, at their place in the entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Fingerprint(ulong hash) => (uint)(hash >> 32) << FrozenFormat.IdBits;
}
