using System.Diagnostics;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// What a thread needs to encode with a vocabulary: arrays for one batch of pieces, and a private cache of
/// the pieces it met before. Made when the thread first encodes with the vocabulary, reused by all later
/// calls, never shared, freed by the finalizer after the thread has ended. Only a cache that has grown is
/// also touched by another thread: <see cref="GrownCaches"/> takes it back where it is not used.
/// <code>
/// Tail     the end of a text, padded         BatchEncoder → WindowSplitter
/// Split    the pieces of the batch           WindowSplitter → PieceResolver
/// Lookups  their cache keys and places       PieceResolver → SecondLook
/// Misses   those not found there             PieceResolver → SecondLook → MissResolver
/// Queue    the misses to merge               MissResolver → LaneMerger, which works in Lanes
/// Ids      the ids                           MissResolver, PieceResolver → sink
/// </code>
/// </summary>
/// <remarks>The arrays share one native allocation of a fixed size. Nothing in it grows.</remarks>
internal sealed unsafe class BatchState
{
    /// <summary>The most idle states of a thread, each for another vocabulary.</summary>
    public const int MaxIdle = 4;

    /// <summary>The pieces of the batch.</summary>
    public readonly SplitBuffers Split;

    /// <summary>How they are looked up.</summary>
    public readonly LookupBuffers Lookups;

    /// <summary>The pieces that were not found at once.</summary>
    public readonly MissBuffers Misses;

    /// <summary>The misses to merge.</summary>
    public readonly MergeQueue Queue;

    /// <summary>The ids of the batch.</summary>
    public readonly IdBuffers Ids;

    /// <summary>The end of a text, as <see cref="FillTail"/> left it.</summary>
    public readonly byte* Tail;

    /// <summary>Lanes to merge in.</summary>
    public readonly MergeLane* Lanes;

    /// <summary>What a thread's memory begins with, unless the process says how much a thread gets: that is
    /// taken at once.</summary>
    public const int BytesAtStart = 4 * 1024 * 1024;

    // Whether a state with a grown cache is in use.
    private const int Idle = 0;
    private const int InUse = 1;

    /// <summary>The calling thread's idle states, most recently used first.</summary>
    [ThreadStatic]
    private static BatchState? _idle;

    // The most bytes for the arrays and the cache.
    private readonly int _limit = EncoderCache.BytesPerThread;

    // Whether the cache has grown: only then is the use of the state known, and when it ended.
    private volatile bool _hasGrown;
    private int _use = InUse;
    private long _lastUse;
    private readonly NativeArena _arena;
    private byte* _memory;

    // The next of the idle states.
    private BatchState? _next;

    // Of the vocabulary whose pieces the cache holds.
    private object _identity;

    // Safety: the memory has the length that placing the same arrays without memory took.
    private BatchState(FrozenVocabulary vocabulary)
    {
        _identity = vocabulary.Identity;
        int length = MeasureArrays();
        _memory = NativeArena.Allocate(length);
        _arena = new NativeArena(_memory);
        Split = new SplitBuffers(ref _arena);
        Lookups = new LookupBuffers(ref _arena);
        Misses = new MissBuffers(ref _arena);
        Queue = new MergeQueue(ref _arena);
        Ids = new IdBuffers(ref _arena);
        Tail = TakeTail(ref _arena);
        Lanes = TakeLanes(ref _arena);
        Debug.Assert(_arena.Length == length, $"The arrays take {_arena.Length} bytes, but {length} were allocated.");
        Cache = new PieceCache((CanGrow ? BytesAtStart : _limit) - length);
    }

    ~BatchState() => FreeMemory();

    /// <summary>The pieces that were met before.</summary>
    public PieceCache Cache { get; private set; }

    // Another size than the default is taken at once.
    private bool CanGrow => !_hasGrown && _limit == EncoderCache.DefaultBytesPerThread;

    /// <summary>The calling thread's state for a vocabulary. A state that is in use, because a sink encodes,
    /// is not handed out twice.</summary>
    public static BatchState Rent(FrozenVocabulary vocabulary)
    {
        BatchState? state = _idle;
        if (state is null || state._identity != vocabulary.Identity || state._limit != EncoderCache.BytesPerThread)
        {
            return RentAnother(vocabulary);
        }

        _idle = state._next;
        state.Take();
        return state;
    }

    /// <summary>Gives a state back for the thread's next call.</summary>
    public static void Return(BatchState state)
    {
        state._arena.CheckRedZones();
        if (state.Cache.IsTooSmall && state.CanGrow)
        {
            state.Grow();
        }

        // A call inside a call made a second state. One for each vocabulary is enough, and at most MaxIdle.
        int count = 1;
        ref BatchState? link = ref _idle;
        while (link is not null)
        {
            if (link._identity == state._identity || ++count > MaxIdle)
            {
                link.Free();
                link = link._next;
            }
            else
            {
                link = ref link._next;
            }
        }

        state._next = _idle;
        _idle = state;
        state.LetGo();
    }

    /// <summary>Forgets the pieces in all idle states of the calling thread.</summary>
    public static void ClearIdle()
    {
        for (BatchState? state = _idle; state is not null; state = state._next)
        {
            state.Take();
            state.Cache.Clear();
            state.LetGo();
        }
    }

    /// <summary>Starts to tell whether the state is in use: its cache has grown. <see cref="GrownCaches"/>
    /// calls it.</summary>
    public void Watch()
    {
        _use = InUse;
        _hasGrown = true;
    }

    /// <summary>Replaces a grown cache by an empty one of the size that a thread begins with, unless the
    /// state is in use or was just now. <see cref="GrownCaches"/> calls it, on any thread.</summary>
    /// <param name="now">The time, in milliseconds as <see cref="Environment.TickCount64"/> counts
    /// them.</param>
    /// <param name="idle">How long the state must have been idle, in milliseconds.</param>
    /// <returns>Whether the cache is no grown one now.</returns>
    public bool TryShrink(long now, long idle)
    {
        if (_hasGrown && Interlocked.CompareExchange(ref _use, InUse, Idle) == Idle)
        {
            if (now - _lastUse >= idle && TryReplaceCache(BytesAtStart))
            {
                _hasGrown = false;
            }

            Volatile.Write(ref _use, Idle);
        }

        return !_hasGrown;
    }

    /// <summary>Copies the end of a text and pads it with spaces.</summary>
    /// <returns>The copy with the padding.</returns>
    public ReadOnlySpan<byte> FillTail(ReadOnlySpan<byte> utf8)
    {
        Debug.Assert(
            utf8.Length <= BatchLimits.MaxText,
            $"The end of the text has {utf8.Length} bytes, but must have at most {BatchLimits.MaxText}.");
        var tail = new Span<byte>(Tail, utf8.Length + BatchLimits.TailPadding);
        utf8.CopyTo(tail);
        tail[utf8.Length..].Fill((byte)' ');
        return tail;
    }

    private static BatchState RentAnother(FrozenVocabulary vocabulary)
    {
        int count = 0;
        ref BatchState? link = ref _idle;
        while (link is not null)
        {
            BatchState state = link;
            if (state._limit != EncoderCache.BytesPerThread)
            {
                state.Free();
                link = state._next;
                continue;
            }

            bool isKnown = state._identity == vocabulary.Identity;
            if (!isKnown && ++count < MaxIdle)
            {
                link = ref state._next;
                continue;
            }

            link = state._next;
            state.Take();
            if (!isKnown)
            {
                // The least recently used one.
                state.Cache.Clear();
                state._identity = vocabulary.Identity;
            }

            return state;
        }

        return new BatchState(vocabulary);
    }

    /// <summary>Marks the state as used by this thread, which waits while another shrinks it.</summary>
    private void Take()
    {
        if (!_hasGrown)
        {
            return;
        }

        var wait = default(SpinWait);
        while (Interlocked.CompareExchange(ref _use, InUse, Idle) != Idle)
        {
            wait.SpinOnce();
        }
    }

    /// <summary>Marks the state as idle.</summary>
    private void LetGo()
    {
        if (_hasGrown)
        {
            _lastUse = Environment.TickCount64;
            Volatile.Write(ref _use, Idle);
        }
    }

    /// <summary>Takes all the memory that a thread gets. Steps between would each begin with an empty
    /// cache.</summary>
    private void Grow()
    {
        if (TryReplaceCache(_limit))
        {
            GrownCaches.Add(this);
        }
    }

    /// <summary>Replaces the cache by an empty one, for another size of all memory. If there is no more
    /// memory, the cache stays as it is.</summary>
    private bool TryReplaceCache(int bytes)
    {
        try
        {
            var another = new PieceCache(bytes - _arena.Length, addsAtFirstSight: bytes > BytesAtStart);
            Cache.Free();
            Cache = another;
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private static int MeasureArrays()
    {
        var arena = new NativeArena(null);
        _ = new SplitBuffers(ref arena);
        _ = new LookupBuffers(ref arena);
        _ = new MissBuffers(ref arena);
        _ = new MergeQueue(ref arena);
        _ = new IdBuffers(ref arena);
        TakeTail(ref arena);
        TakeLanes(ref arena);
        return arena.Length;
    }

    private static byte* TakeTail(ref NativeArena arena) =>
        (byte*)arena.Take(BatchLimits.MaxText + BatchLimits.TailPadding, sizeof(byte));

    private static MergeLane* TakeLanes(ref NativeArena arena) =>
        (MergeLane*)arena.Take(LaneMerger.LaneCount, sizeof(MergeLane));

    /// <summary>Frees a state that no thread will use again. It stays taken, so that none shrinks
    /// it.</summary>
    private void Free()
    {
        Take();
        FreeMemory();
    }

    // May be called twice. There is no cache if its constructor threw.
    private void FreeMemory()
    {
        _hasGrown = false;
        Cache?.Free();
        NativeArena.Free(_memory);
        _memory = null;
    }
}
