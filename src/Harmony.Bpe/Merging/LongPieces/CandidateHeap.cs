using System.Diagnostics;

namespace Harmony.Bpe.Merging.LongPieces;

/// <summary>A binary min-heap in memory that the caller owns.</summary>
internal ref struct CandidateHeap(Span<ulong> storage)
{
    private readonly Span<ulong> _items = storage;
    private int _count;

    public void Push(ulong item)
    {
        Debug.Assert(_count < _items.Length, $"The heap has {_count} items, but room for {_items.Length} only.");
        int hole = _count++;
        while (hole > 0)
        {
            int parent = (hole - 1) / 2;
            if (_items[parent] <= item)
            {
                break;
            }

            _items[hole] = _items[parent];
            hole = parent;
        }

        _items[hole] = item;
    }

    public bool TryPop(out ulong smallest)
    {
        if (_count == 0)
        {
            smallest = 0;
            return false;
        }

        smallest = _items[0];
        ulong last = _items[--_count];
        int hole = 0;
        while (true)
        {
            int child = 2 * hole + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _items[child + 1] < _items[child])
            {
                child++;
            }

            if (_items[child] >= last)
            {
                break;
            }

            _items[hole] = _items[child];
            hole = child;
        }

        _items[hole] = last;
        return true;
    }
}
