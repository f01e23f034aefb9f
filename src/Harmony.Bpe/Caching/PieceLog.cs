using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Caching;

/// <summary>
/// Merged pieces of any length in a ring buffer, found through a hash table of their places. New records
/// overwrite the oldest. A piece that is found in the older half is written again, so that what is used
/// stays.
/// <code>
/// table:  bucket of a hash -> eight places, newest first; a place is a unit number and 6 bits of the hash,
///         or only these, of a piece that was seen once
/// record: hash u32, length u16, number of ids u16, the bytes, three bytes for each id
/// </code>
/// </summary>
/// <remarks>Places go on counting from lap to lap, so that a place tells whether its record is still there.
/// Overwritten bytes, which are arbitrary text, are never read as a record.</remarks>
internal sealed unsafe class PieceLog
{
    /// <summary>The bytes of a record before the piece.</summary>
    private const int HeaderLength = 8;

    /// <summary>The bytes of an id. Ids are written four bytes at a time, so one byte past the last is
    /// used.</summary>
    private const int IdLength = 3;

    /// <summary>Ids are unpacked four at a time, which may read bytes past a record.</summary>
    private const int IdsAtATime = 4;
    private const int ReadPast = 16;

    /// <summary>The smallest unit in bytes. Records start at whole units, and places count units. A log that
    /// would have too many of them has larger units.</summary>
    private const int MinUnit = 4;

    /// <summary>The most units. When the numbers of places run out, all places are moved back in one pass
    /// over the table. With this limit that happens once a lap at most.</summary>
    private const int MaxUnits = 1 << (PlaceBits - 2);

    /// <summary>The bits of a place without its tag.</summary>
    private const int PlaceBits = 32 - TagBits;

    /// <summary>The longest record, in bytes; longer ones are not worth their room.</summary>
    private const int MaxRecordLength = 4096;

    /// <summary>One bucket for this many bytes of the log.</summary>
    private const int BytesPerBucket = 128;

    /// <summary>The places of a bucket, newest first. With this many, hardly a bucket is full of records that
    /// are still there; in a full one, pieces that are used in turn would push one another out.</summary>
    private const int BucketLength = 8;

    /// <summary>The low bits of a place: a tag from the hash, to skip most records of other pieces.</summary>
    private const int TagBits = 6;
    private const uint TagMask = (1u << TagBits) - 1;

    /// <summary>The place of a piece that was seen once, and has no record.</summary>
    private const uint Seen = 1;

    private readonly bool _addsAtFirstSight;
    private readonly uint* _places;
    private readonly uint _bucketMask;
    private readonly byte* _records;
    private readonly int _unitLog;
    private readonly uint _units;

    // The place of the next record, and its unit in the ring. No record that is still there is more than a
    // lap older.
    private uint _next;
    private uint _nextUnit;

    // The units that were written in this lap, and those of pieces that the log had lost.
    private uint _written;
    private uint _lost;

    /// <summary>Makes an empty log.</summary>
    /// <param name="memory">Where it is.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="addsAtFirstSight">Whether <see cref="AddAtSecondSight"/> adds all pieces: where it is
    /// known that they come again.</param>
    // Safety: length bytes at memory must be zero, and writable as long as the log is used.
    public PieceLog(byte* memory, int length, bool addsAtFirstSight = false)
    {
        Debug.Assert(length >= 0, $"The log has {length} bytes, but must have at least 0.");
        Debug.Assert(
            (nuint)memory % sizeof(uint) == 0, $"The log begins at {(nuint)memory:x}, but must be aligned to 4.");
        int buckets = 1;
        while (2L * buckets * BytesPerBucket <= length)
        {
            buckets *= 2;
        }

        int tableLength = buckets * BucketLength * sizeof(uint);
        _addsAtFirstSight = addsAtFirstSight;
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

    /// <summary>Whether a third of a lap was pieces that had been in the log before, and were
    /// overwritten.</summary>
    public bool IsTooSmall { get; private set; }

    /// <summary>More than a lap, so that places of 0 and <see cref="Seen"/> are too old to be
    /// there.</summary>
    private uint FirstPlace => _units + 2;

    /// <summary>Forgets all pieces.</summary>
    public void Clear()
    {
        NativeMemory.Clear(_places, (nuint)PlaceCount * sizeof(uint));
        _next = FirstPlace;
        _nextUnit = 0;
        _written = 0;
        _lost = 0;
        IsTooSmall = false;
    }

    /// <summary>Prefetches the bucket of a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PrefetchBucket(ulong hash) => Prefetch.Line(BucketOf(hash));

    /// <summary>Copies the ids of a piece.</summary>
    /// <returns>The number of ids; 0 if the piece is not there.</returns>
    // Safety: an id for each byte of the piece, and three more, must be writable.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>Adds a piece, unless its record would be too long.</summary>
    // Safety: count ids must be readable.
    public void Add(ReadOnlySpan<byte> piece, ulong hash, uint* ids, int count) =>
        _ = Add(piece, hash, ids, count, BucketLength - 1);

    /// <summary>Adds a piece if it, or one with the same tag, was seen before. Most long pieces never come
    /// again: their records would push out others, of the log and of the processor's caches.</summary>
    // Safety: as for Add.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddAtSecondSight(ReadOnlySpan<byte> piece, ulong hash, uint* ids, int count)
    {
        if (_addsAtFirstSight)
        {
            Add(piece, hash, ids, count);
            return;
        }

        uint* bucket = BucketOf(hash);
        Vector256<uint> places = Vector256.Load(bucket);
        uint tagged = (IsTagged(places, hash) & ~Vector256.Equals(places, Vector256<uint>.Zero))
            .ExtractMostSignificantBits();
        if (tagged != 0)
        {
            int slot = BitOperations.TrailingZeroCount(tagged);
            bool wasLost = bucket[slot] >> TagBits != Seen;
            uint units = Add(piece, hash, ids, count, slot);
            _lost += wasLost ? units : 0;
            return;
        }

        uint free = ~IsThere(places).ExtractMostSignificantBits() & ((1u << BucketLength) - 1);
        if (free != 0)
        {
            InsertFirst(bucket, BitOperations.Log2(free), Seen << TagBits | TagOf(hash));
        }
    }

    /// <summary>Writes a record, and its place as the first of the bucket. The place at one index drops
    /// out.</summary>
    /// <returns>The units of the record; 0 if it would be too long.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private uint Add(ReadOnlySpan<byte> piece, ulong hash, uint* ids, int count, int replaced)
    {
        int length = HeaderLength + piece.Length + count * IdLength + 1;
        uint units = (uint)(length + (1 << _unitLog) - 1) >> _unitLog;
        if (length > MaxRecordLength || units > _units)
        {
            return 0;
        }

        if (_next > (1u << PlaceBits) - 2 * _units)
        {
            MovePlacesBack();
        }

        // A record does not wrap around the end of the ring.
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

        InsertFirst(BucketOf(hash), replaced, _next << TagBits | TagOf(hash));
        _next += units;
        _nextUnit += units;
        _written += units;
        if (_written >= _units)
        {
            IsTooSmall |= _lost > _units / 3;
            _written = 0;
            _lost = 0;
        }

        return units;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InsertFirst(uint* bucket, int replaced, uint place)
    {
        for (int i = replaced; i > 0; i--)
        {
            bucket[i] = bucket[i - 1];
        }

        bucket[0] = place;
    }

    private uint PlaceCount => (_bucketMask + 1) * BucketLength;

    /// <summary>Starts to number places from the first again. Places of records that are still there move
    /// back together with the next one, which keeps their ages; all others are cleared.</summary>
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

    // Not the bits that select the bucket, nor those in the header of the record.
    private static uint TagOf(ulong hash) => (uint)(hash >> (64 - TagBits));

    /// <summary>Expands four times three bytes to four.</summary>
    private static Vector128<byte> SpreadIds =>
        Vector128.Create((byte)0, 1, 2, 0x80, 3, 4, 5, 0x80, 6, 7, 8, 0x80, 9, 10, 11, 0x80);

    /// <summary>How many units before the next record a place is.</summary>
    private uint AgeOf(uint place) => _next - (place >> TagBits);

    /// <summary>A bit for each place of a bucket whose record is still there and may have the hash.</summary>
    private uint SlotsOf(uint* bucket, ulong hash)
    {
        Vector256<uint> places = Vector256.Load(bucket);
        return (IsThere(places) & IsTagged(places, hash)).ExtractMostSignificantBits();
    }

    private Vector256<uint> IsThere(Vector256<uint> places)
    {
        Vector256<uint> ages = Vector256.Create(_next) - Vector256.ShiftRightLogical(places, TagBits);
        return Vector256.LessThan(ages - Vector256<uint>.One, Vector256.Create(_units));
    }

    private static Vector256<uint> IsTagged(Vector256<uint> places, ulong hash) =>
        Vector256.Equals(places & Vector256.Create(TagMask), Vector256.Create(TagOf(hash)));

    private byte* RecordAt(uint age)
    {
        uint unit = age <= _nextUnit ? _nextUnit - age : _nextUnit + _units - age;
        return RecordAtUnit(unit);
    }

    // Optimized at the first call: unoptimized code shuffles through boxed elements.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FindAt(uint age, ReadOnlySpan<byte> piece, ulong hash, uint* ids, int slot)
    {
        // Safety: the record was written at this place less than a lap ago, so all of it is still there.
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
            Vector128.Store(ByteShuffle.Of(four, SpreadIds).AsUInt32(), ids + i);
        }

        if (age > _units / 2)
        {
            // The new place replaces that of the old record.
            _ = Add(piece, hash, ids, count, slot);
        }

        return count;
    }
}
