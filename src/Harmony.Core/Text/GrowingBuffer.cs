namespace Harmony.Core.Text;

/// <summary>
/// An array that grows by doubling, so appending costs the same however long it already is. Clearing keeps
/// the memory.
/// </summary>
/// <remarks>It exists beside CommunityToolkit's <c>ArrayPoolBufferWriter</c> because a parser needs more than
/// a writer does: it removes items from either end and replaces some in the middle. It also lives as long as
/// its owner does, so a rented array would have to be returned by a parser that is not disposable.</remarks>
/// <typeparam name="T">Type of the items.</typeparam>
internal struct GrowingBuffer<T>
{
    private const int MinCapacity = 64;

    private T[] _items;

    public GrowingBuffer() => _items = [];

    /// <summary>Creates an empty buffer.</summary>
    /// <param name="capacity">The number of items that fit before the array has to grow.</param>
    public GrowingBuffer(int capacity) => _items = new T[capacity];

    public int Count { get; private set; }

    public readonly ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    public readonly ref T this[int index] => ref _items[index];

    public void Clear() => Count = 0;

    public void Append(T item)
    {
        if (Count == _items.Length)
        {
            Grow(1);
        }

        _items[Count++] = item;
    }

    /// <summary>Appends an item and returns it. Its value is undefined; overwrite all of it.</summary>
    public ref T Append()
    {
        if (Count == _items.Length)
        {
            Grow(1);
        }

        return ref _items[Count++];
    }

    public void Append(ReadOnlySpan<T> items)
    {
        if (items.Length > _items.Length - Count)
        {
            Grow(items.Length);
        }

        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    /// <summary>Reserves room for at least this many more items after the last one. Write them, then call
    /// <see cref="Advance"/>.</summary>
    public Span<T> Reserve(int count)
    {
        if (count > _items.Length - Count)
        {
            Grow(count);
        }

        return _items.AsSpan(Count);
    }

    /// <summary>Adds the items that were written into the reserved room.</summary>
    public void Advance(int count) => Count += count;

    /// <summary>Keeps only the first items.</summary>
    public void Truncate(int count) => Count = count;

    /// <summary>Removes the first items and moves the others to the beginning.</summary>
    public void RemoveFirst(int count)
    {
        int left = Count - count;
        if (left > 0)
        {
            _items.AsSpan(count, left).CopyTo(_items);
        }

        Count = left;
    }

    /// <summary>Replaces some items with others, of which there may be more or fewer.</summary>
    public void Replace(int start, int length, ReadOnlySpan<T> items)
    {
        int tail = start + length;
        int tailLength = Count - tail;
        Reserve(items.Length);
        _items.AsSpan(tail, tailLength).CopyTo(_items.AsSpan(start + items.Length));
        items.CopyTo(_items.AsSpan(start));
        Count = start + items.Length + tailLength;
    }

    /// <summary>Sets the number of items and returns all of them. Their values are undefined; overwrite
    /// them.</summary>
    public Span<T> SetCount(int count)
    {
        if (count > _items.Length)
        {
            Count = 0;
            Grow(count);
        }

        Count = count;
        return _items.AsSpan(0, count);
    }

    private void Grow(int added)
    {
        long wanted = Math.Max((long)Count + added, Math.Max(MinCapacity, 2L * _items.Length));
        var larger = new T[Math.Max((int)Math.Min(wanted, Array.MaxLength), checked(Count + added))];
        Items.CopyTo(larger);
        _items = larger;
    }
}
