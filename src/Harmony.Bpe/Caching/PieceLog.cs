using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Caching;

/// <summary>
/// Merged pieces of any length in a ring, found through a table of their places. What is written last takes
/// the room of what was written first; a piece that is found among the older half is written again, so that
/// what is used stays.
/// </summary>
/// <remarks>Places count on from lap to lap, so that a place tells whether its record is still there: bytes
/// that were overwritten, and that may be anybody's text, are never read as a record.</remarks>
internal sealed unsafe class PieceLog
{
    /// <summary>Hash u32, bytes u16, ids u16.</summary>
    private const int HeaderLength = 8;

    /// <summary>Ids are packed into three bytes each; one more is written and read behind the last.</summary>
    private const int IdLength = 3;

    /// <summary>Ids are unpacked four at a time, for which bytes behind a record may be read.</summary>
    private const int IdsAtATime = 4;
    private const int ReadPast = 16;

    /// <summary>Records begin at multiples of a unit, in which places are given: of this many bytes, or a power
    /// of two more in a log so large that it would have too many of them.</summary>
    private const int MinUnit = 4;

    /// <summary>The most units. When places run out they are moved back, which costs a pass over all of them:
    /// with so many units that is after a lap at the earliest.</summary>
    private const int MaxUnits = 1 << (PlaceBits - 2);

    /// <summary>Bits of a place: those that its tag leaves.</summary>
    private const int PlaceBits = 32 - TagBits;

    /// <summary>Longer records are not worth their room.</summary>
    private const int MaxRecordLength = 4096;

    /// <summary>Bytes of the log for one bucket of places.</summary>
    private const int BytesPerBucket = 128;

    /// <summary>Places to a bucket, from the newest to the oldest: so many that hardly a bucket is full of
    /// records that are still there. Pieces that were used in turn would push one another out of it.</summary>
    private const int BucketLength = 8;

    /// <summary>The low bits of a place: some of the hash, to pass by records that are not the
    /// piece's.</summary>
    private const int TagBits = 6;
    private const uint TagMask = (1u << TagBits) - 1;

    private readonly uint* _places;
    private readonly uint _bucketMask;
    private readonly byte* _records;
    private readonly int _unitLog;
    private readonly uint _units;

    // The place of the next record, and where that is in the ring. No place is more than a lap older.
    private uint _next;
    private uint _nextUnit;

    // Safety: length bytes at memory must be zero, and writable as long as the log is used.
    public PieceLog(byte* memory, int length)
    {
        int buckets = 1;
        while (2L * buckets * BytesPerBucket <= length)
        {
            buckets *= 2;
        }

        int tableLength = buckets * BucketLength * sizeof(uint);
        _places = (uint*)memory;
        _bucketMask = (uint)buckets - 1;
        _records = memory + tableLength;
        int room = Math.Max(length - tableLength - ReadPast, 0);
        _unitLog = BitOperations.Log2(MinUnit);
        while (room >> _unitLog > MaxUnits)
        {
            _unitLog++;
        }

        _units = (uint)room >> _unitLog;
        _next = FirstPlace;
    }

    /// <summary>More than a lap from the start, so that a place of 0 is one that was overwritten.</summary>
    private uint FirstPlace => _units + 1;

    /// <summary>Forgets all pieces.</summary>
    public void Clear()
    {
        NativeMemory.Clear(_places, (nuint)PlaceCount * sizeof(uint));
        _next = FirstPlace;
        _nextUnit = 0;
    }

    /// <summary>Asks for the places that a hash leads to.</summary>
    public void PrefetchBucket(ulong hash) => Prefetch.Line(BucketOf(hash));

    /// <summary>Asks for the record that a hash leads to.</summary>
    public void PrefetchRecord(ulong hash)
    {
        uint* bucket = BucketOf(hash);
        uint slots = SlotsOf(bucket, hash);
        if (slots != 0)
        {
            byte* record = RecordAt(AgeOf(bucket[BitOperations.TrailingZeroCount(slots)]));
            Prefetch.Line(record);
            Prefetch.Line(record + 64);
        }
    }

    /// <summary>Copies a piece's ids.</summary>
    /// <returns>How many there are; 0 if the piece is not there.</returns>
    // Safety: an id per byte of the piece and three more must be writable.
    public int Find(ReadOnlySpan<byte> piece, ulong hash, uint* ids)
    {
        uint* bucket = BucketOf(hash);
        for (uint slots = SlotsOf(bucket, hash); slots != 0; slots &= slots - 1)
        {
            int slot = BitOperations.TrailingZeroCount(slots);
            int count = FindAt(AgeOf(bucket[slot]), piece, hash, ids, slot);
            if (count != 0)
            {
                return count;
            }
        }

        return 0;
    }

    /// <summary>Remembers a piece.</summary>
    // Safety: count ids must be readable.
    public void Add(ReadOnlySpan<byte> piece, ulong hash, uint* ids, int count) =>
        Add(piece, hash, ids, count, BucketLength - 1);

    /// <summary>Writes a record, and its place for one of the bucket's.</summary>
    private void Add(ReadOnlySpan<byte> piece, ulong hash, uint* ids, int count, int replaced)
    {
        int length = HeaderLength + piece.Length + count * IdLength + 1;
        uint units = (uint)(length + (1 << _unitLog) - 1) >> _unitLog;
        if (length > MaxRecordLength || units > _units)
        {
            return;
        }

        if (_next > (1u << PlaceBits) - 2 * _units)
        {
            MovePlacesBack();
        }

        // A record does not go over the ring's end.
        uint room = _units - _nextUnit;
        if (room < units)
        {
            _next += room;
            _nextUnit = 0;
        }

        byte* record = RecordAtUnit(_nextUnit);
        Unsafe.WriteUnaligned(record, (uint)hash);
        Unsafe.WriteUnaligned(record + 4, (ushort)piece.Length);
        Unsafe.WriteUnaligned(record + 6, (ushort)count);
        piece.CopyTo(new Span<byte>(record + HeaderLength, piece.Length));
        byte* packed = record + HeaderLength + piece.Length;
        for (int i = 0; i < count; i++)
        {
            Unsafe.WriteUnaligned(packed + i * IdLength, ids[i]);
        }

        uint* bucket = BucketOf(hash);
        for (int i = replaced; i > 0; i--)
        {
            bucket[i] = bucket[i - 1];
        }

        bucket[0] = _next << TagBits | TagOf(hash);
        _next += units;
        _nextUnit += units;
    }

    private uint PlaceCount => (_bucketMask + 1) * BucketLength;

    /// <summary>Begins to number places from the first again. Those of records that are still there are moved
    /// with the next one, so that their ages stay; the others are forgotten.</summary>
    private void MovePlacesBack()
    {
        uint shift = _next - FirstPlace;
        for (uint* place = _places; place < _places + PlaceCount; place++)
        {
            *place = AgeOf(*place) <= _units ? *place - (shift << TagBits) : 0;
        }

        _next = FirstPlace;
    }

    private byte* RecordAtUnit(uint unit) => _records + ((nuint)unit << _unitLog);

    private uint* BucketOf(ulong hash) => _places + ((uint)(hash >> 32) & _bucketMask) * BucketLength;

    // Other bits than those of the bucket and of the record's header.
    private static uint TagOf(ulong hash) => (uint)(hash >> (64 - TagBits));

    /// <summary>Three bytes to four, four times.</summary>
    private static Vector128<byte> SpreadIds =>
        Vector128.Create((byte)0, 1, 2, 0xFF, 3, 4, 5, 0xFF, 6, 7, 8, 0xFF, 9, 10, 11, 0xFF);

    /// <summary>How far a place is behind the next one.</summary>
    private uint AgeOf(uint place) => _next - (place >> TagBits);

    /// <summary>A bit for each place of a bucket whose record was not overwritten yet and may be the
    /// hash's.</summary>
    private uint SlotsOf(uint* bucket, ulong hash)
    {
        Vector256<uint> places = Vector256.Load(bucket);
        Vector256<uint> ages = Vector256.Create(_next) - Vector256.ShiftRightLogical(places, TagBits);
        Vector256<uint> isThere = Vector256.LessThan(ages - Vector256<uint>.One, Vector256.Create(_units));
        Vector256<uint> isTagged =
            Vector256.Equals(places & Vector256.Create(TagMask), Vector256.Create(TagOf(hash)));
        return (isThere & isTagged).ExtractMostSignificantBits();
    }

    private byte* RecordAt(uint age)
    {
        uint unit = age <= _nextUnit ? _nextUnit - age : _nextUnit + _units - age;
        return RecordAtUnit(unit);
    }

    /// <summary>Optimized at once: unoptimized code shuffles through boxed elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FindAt(uint age, ReadOnlySpan<byte> piece, ulong hash, uint* ids, int slot)
    {
        // Safety: the record was written at this place less than one lap ago, and is whole.
        byte* record = RecordAt(age);
        int length = Unsafe.ReadUnaligned<ushort>(record + 4);
        if (Unsafe.ReadUnaligned<uint>(record) != (uint)hash
            || !new ReadOnlySpan<byte>(record + HeaderLength, length).SequenceEqual(piece))
        {
            return 0;
        }

        int count = Unsafe.ReadUnaligned<ushort>(record + 6);
        byte* packed = record + HeaderLength + length;
        for (int i = 0; i < count; i += IdsAtATime)
        {
            Vector128<byte> four = Vector128.Load(packed + i * IdLength);
            Vector128.Store(Vector128.Shuffle(four, SpreadIds).AsUInt32(), ids + i);
        }

        if (age > _units / 2)
        {
            // The older record's place would only take room.
            Add(piece, hash, ids, count, slot);
        }

        return count;
    }
}
