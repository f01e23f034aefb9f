using System.Diagnostics.CodeAnalysis;

namespace Harmony.Core.Rendering;

/// <summary>
/// The ids of sections that were rendered before, by the value that they were rendered from: a server that
/// reads the same tools with every request tokenizes them once. Thread-safe without locks; holds at most
/// <see cref="MaxEntries"/> entries, each of a text of at most <see cref="MaxLength"/> bytes, and forgets the
/// older of two whose hashes meet.
/// </summary>
/// <typeparam name="T">What sections are rendered from; immutable.</typeparam>
/// <param name="admitsAtOnce">Whether a section is kept when it is first rendered. If not, it must be
/// rendered a second time soon after, so that sections that never come back leave no garbage.</param>
internal sealed class SectionCache<T>(bool admitsAtOnce)
    where T : class, IEquatable<T>
{
    public const int MaxEntries = 2 * SetCount;
    public const int MaxLength = 1 << 18;

    private const int SetCount = 16;

    // An entry is written in one piece and never changed: a reader sees all of it or another.
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

    /// <summary>Whether a section that was not found is to be kept.</summary>
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
