using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Calls;

/// <summary>Writes into a rented array that grows.</summary>
internal struct PooledSink(int capacity) : ITokenSink, IDisposable
{
    private int[] _ids = ArrayPool<int>.Shared.Rent(Math.Max(capacity, 16));

    public static bool NeedsPieces => false;

    public static bool CountsOnly => false;

    /// <summary>The number of ids written.</summary>
    public int Written;

    /// <summary>The ids written so far.</summary>
    public readonly ReadOnlySpan<int> Ids => _ids.AsSpan(0, Written);

    /// <summary>The number of ids that fit before the array grows.</summary>
    public readonly int Room => _ids.Length - Written;

    /// <summary>The ids from an index on; valid until the array grows.</summary>
    public readonly ReadOnlyMemory<int> MemoryFrom(int start) => _ids.AsMemory(start..Written);

    /// <summary>The rented array. The caller returns it to the pool instead of disposing of this.</summary>
    public readonly int[] Release() => _ids;

    /// <summary>A first capacity for a text of a length in bytes or chars; real text has at least three for
    /// an id.</summary>
    public static int CapacityFor(int length) => length / 3 + 16;

    public bool TryAdd(scoped ReadOnlySpan<int> pieceIds)
    {
        if (pieceIds.Length > _ids.Length - Written)
        {
            Grow(pieceIds.Length);
        }

        pieceIds.CopyTo(_ids.AsSpan(Written));
        Written += pieceIds.Length;
        return true;
    }

    public bool TryAdd(int id)
    {
        if (Written == _ids.Length)
        {
            Grow(1);
        }

        _ids[Written++] = id;
        return true;
    }

    /// <summary>Copies the ids to pooled memory that the caller disposes of.</summary>
    public readonly MemoryOwner<int> ToPooled()
    {
        MemoryOwner<int> owner = MemoryOwner<int>.Allocate(Written);
        Ids.CopyTo(owner.Span);
        return owner;
    }

    public readonly void Dispose() => ArrayPool<int>.Shared.Return(_ids);

    private void Grow(int more)
    {
        if (more > Array.MaxLength - Written)
        {
            throw TooLong.Ids(Array.MaxLength);
        }

        long wanted = Math.Max(Written + (long)more, 2L * _ids.Length);
        int[] larger = ArrayPool<int>.Shared.Rent((int)Math.Min(wanted, Array.MaxLength));
        Ids.CopyTo(larger);
        ArrayPool<int>.Shared.Return(_ids);
        _ids = larger;
    }
}
