using System.Diagnostics.CodeAnalysis;

namespace Harmony.Core.Rendering;

/// <summary>
/// Caches the ids of sections by the value that they were rendered from: a server that reads the same tools
/// with every request tokenizes them once. Holds at most <see cref="MaxEntries"/> entries of at most
/// <see cref="MaxLength"/> bytes of text each; the oldest entry of a set is evicted. Thread-safe without
/// locks.
/// </summary>
/// <typeparam name="T">The value that sections are rendered from; immutable.</typeparam>
/// <param name="admitsAtOnce">Whether a section is kept when it is first rendered. If not, it is kept when it
/// is rendered again soon after, so that sections that never come back are not kept.</param>
internal sealed class SectionCache<T>(bool admitsAtOnce)
    where T : class, IEquatable<T>
{
    public const int MaxEntries = 2 * SetCount;
    public const int MaxLength = 1 << 18;

    private const int SetCount = 16;

    // An entry is immutable and published by one write: a reader sees all of it, or another.
    private readonly Entry?[] _entries = new Entry?[MaxEntries];
    private readonly int[] _refused = new int[SetCount];

    /// <summary>Finds the ids of an equal section.</summary>
    public bool TryFind(T key, int hash, [NotNullWhen(true)] out int[]? ids)
    {
        int set = SetOf(hash);
        ids = Match(Volatile.Read(ref _entries[set]), key, hash)?.Ids
            ?? Match(Volatile.Read(ref _entries[set + 1]), key, hash)?.Ids;
        return ids is not null;
    }

    /// <summary>Finds the value that an equal section was rendered from.</summary>
    public T? FindKey(T key, int hash)
    {
        int set = SetOf(hash);
        return Match(Volatile.Read(ref _entries[set]), key, hash)?.Key
            ?? Match(Volatile.Read(ref _entries[set + 1]), key, hash)?.Key;
    }

    /// <summary>Decides whether to keep a section that was not found.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="length">Bytes of text that its key and its ids keep alive.</param>
    public bool Admits(int hash, long length)
    {
        if (length > MaxLength)
        {
            return false;
        }

        ref int refused = ref _refused[SetOf(hash) / 2];
        bool admits = admitsAtOnce || refused == hash;
        refused = hash;
        return admits;
    }

    /// <summary>Keeps a section's ids.</summary>
    public void Add(T key, int hash, int[] ids)
    {
        int set = SetOf(hash);
        Volatile.Write(ref _entries[set + 1], Volatile.Read(ref _entries[set]));
        Volatile.Write(ref _entries[set], new Entry(key, hash, ids));
    }

    private static int SetOf(int hash) => (hash & (SetCount - 1)) * 2;

    private static Entry? Match(Entry? entry, T key, int hash) =>
        entry is not null && entry.Hash == hash && entry.Key.Equals(key) ? entry : null;

    private sealed class Entry(T key, int hash, int[] ids)
    {
        public T Key { get; } = key;

        public int Hash { get; } = hash;

        public int[] Ids { get; } = ids;
    }
}
