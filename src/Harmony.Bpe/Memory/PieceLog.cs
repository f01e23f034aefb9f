using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Harmony.Bpe.Memory;

/// <summary>
/// Merged pieces of any length, one behind the other, found through a table of their places. When the log is full
/// it begins again from its start, empty.
/// </summary>
internal sealed unsafe class PieceLog
{
    private const int HeaderLength = 16;

    /// <summary>Longer records are not worth their place.</summary>
    private const int MaxRecordLength = 2048;

    private readonly uint* _places;
    private readonly uint _placeMask;
    private readonly byte* _records;
    private readonly int _recordsLength;
    private int _used;

    // Safety: length bytes at memory must be writable as long as the log is used.
    public PieceLog(byte* memory, int length)
    {
        int places = 1;
        while (places * 64 * 2 <= length)
        {
            places *= 2;
        }

        _places = (uint*)memory;
        _placeMask = (uint)places - 1;
        _records = memory + places * sizeof(uint);
        _recordsLength = length - places * sizeof(uint);
    }

    /// <summary>Forgets all pieces.</summary>
    public void Clear()
    {
        NativeMemory.Clear(_places, (_placeMask + 1) * sizeof(uint));
        _used = 0;
    }

    /// <summary>Copies a piece's ids.</summary>
    /// <returns>How many there are; 0 if the piece is not there.</returns>
    // Safety: an id per byte of the piece must be writable.
    public int Find(ReadOnlySpan<byte> piece, ulong hash, uint* ids)
    {
        // Places count from 1, so that 0 is none.
        uint place = _places[(uint)hash & _placeMask];
        if (place == 0)
        {
            return 0;
        }

        byte* record = _records + (place - 1);
        int length = Unsafe.ReadUnaligned<int>(record + 8);
        if (Unsafe.ReadUnaligned<ulong>(record) != hash
            || !new ReadOnlySpan<byte>(record + HeaderLength, length).SequenceEqual(piece))
        {
            return 0;
        }

        int count = Unsafe.ReadUnaligned<int>(record + 12);
        Unsafe.CopyBlockUnaligned(ids, record + HeaderLength + length, (uint)count * sizeof(uint));
        return count;
    }

    /// <summary>Remembers a piece.</summary>
    // Safety: count ids must be readable.
    public void Add(ReadOnlySpan<byte> piece, ulong hash, uint* ids, int count)
    {
        int length = HeaderLength + piece.Length + count * sizeof(uint);
        if (length > MaxRecordLength || length > _recordsLength)
        {
            return;
        }

        if (_used + length > _recordsLength)
        {
            Clear();
        }

        byte* record = _records + _used;
        Unsafe.WriteUnaligned(record, hash);
        Unsafe.WriteUnaligned(record + 8, piece.Length);
        Unsafe.WriteUnaligned(record + 12, count);
        piece.CopyTo(new Span<byte>(record + HeaderLength, piece.Length));
        Unsafe.CopyBlockUnaligned(record + HeaderLength + piece.Length, ids, (uint)count * sizeof(uint));
        _places[(uint)hash & _placeMask] = (uint)_used + 1;
        _used += length;
    }
}
