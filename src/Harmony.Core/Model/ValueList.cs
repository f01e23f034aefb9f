using System.Collections;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Harmony.Core;

/// <summary>Creates <see cref="ValueList{T}"/>; what collection expressions call.</summary>
public static class ValueList
{
    /// <summary>Creates a list of items. Copies them.</summary>
    /// <exception cref="ArgumentException">An item is null.</exception>
    public static ValueList<T> Create<T>(params ReadOnlySpan<T> items)
    {
        RefuseNull(items, nameof(items));
        return new(items.ToArray());
    }

    /// <summary>Creates a list of items. Copies them.</summary>
    /// <exception cref="ArgumentException">An item is null.</exception>
    public static ValueList<T> FromEnumerable<T>(IEnumerable<T> items)
    {
        T[] copies = [.. items];
        RefuseNull<T>(copies, nameof(items));
        return new(copies);
    }

    /// <summary>Throws if an item is null; it would fail later, far from here.</summary>
    internal static void RefuseNull<T>(ReadOnlySpan<T> items, string name)
    {
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i] is null)
            {
                throw new ArgumentException($"Item {i} is null.", name);
            }
        }
    }

    // Takes ownership of the array: the caller must not write to it afterwards.
    internal static ValueList<T> Own<T>(T[] items) => new(items);
}

/// <summary>
/// An immutable list with value equality, so that records that hold lists compare by what is in them. The
/// default value is the empty list. Write it as a collection expression.
/// </summary>
/// <typeparam name="T">Type of the items.</typeparam>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
[DebuggerDisplay("Count = {Count}")]
public readonly struct ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[]? _items;

    internal ValueList(T[] items) => _items = items;

    /// <summary>Gets the number of items.</summary>
    public int Count => _items is null ? 0 : _items.Length;

    /// <summary>Gets whether there are no items.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Gets the item at a position counted from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _items![index];
        }
    }

    /// <summary>Returns the items as a view; does not allocate.</summary>
    public ReadOnlySpan<T> AsSpan() => _items;

    /// <summary>Returns a copy with one more item at the end.</summary>
    /// <exception cref="ArgumentException">The item is null.</exception>
    public ValueList<T> Add(T item) => AddRange([item]);

    /// <summary>Returns a copy with more items at the end.</summary>
    /// <exception cref="ArgumentException">An item is null.</exception>
    public ValueList<T> AddRange(params ReadOnlySpan<T> items)
    {
        ValueList.RefuseNull(items, nameof(items));
        var joined = new T[Count + items.Length];
        AsSpan().CopyTo(joined);
        items.CopyTo(joined.AsSpan(Count));
        return new ValueList<T>(joined);
    }

    /// <summary>Compares the items in order, by value.</summary>
    public bool Equals(ValueList<T> other)
    {
        if (Count != other.Count)
        {
            return false;
        }

        for (int i = 0; i < Count; i++)
        {
            if (!EqualityComparer<T>.Default.Equals(_items![i], other._items![i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (T item in this)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    /// <summary>Compares the items in order, by value.</summary>
    public static bool operator ==(ValueList<T> left, ValueList<T> right) => left.Equals(right);

    /// <summary>Compares the items in order, by value.</summary>
    public static bool operator !=(ValueList<T> left, ValueList<T> right) => !left.Equals(right);

    /// <summary>Returns the items, for debugging.</summary>
    public override string ToString() => $"[{string.Join(", ", _items ?? [])}]";

    /// <summary>Enumerates the items without allocating.</summary>
    public Enumerator GetEnumerator() => new(_items ?? []);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (_items ?? []).GetEnumerator();

    /// <summary>Enumerates a list.</summary>
    public struct Enumerator
    {
        private readonly T[] _items;
        private int _index;

        internal Enumerator(T[] items)
        {
            _items = items;
            _index = -1;
        }

        /// <summary>Gets the current item.</summary>
        public readonly T Current => _items[_index];

        /// <summary>Moves to the next item; false at the end.</summary>
        public bool MoveNext() => ++_index < _items.Length;
    }
}
