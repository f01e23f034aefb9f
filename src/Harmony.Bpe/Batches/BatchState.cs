using System.Runtime.InteropServices;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// What a thread needs to encode with a vocabulary: room for one batch of pieces, and its private cache of merged
/// pieces. Made when the thread first encodes with it, never shared, given back when the thread ends.
/// </summary>
internal sealed unsafe class BatchState
{
    /// <summary>The most bytes of text in a batch, but for one piece at its end; and the longest end of a
    /// text, or whole text, that is copied to have spaces behind it and then is one batch.</summary>
    public const int MaxText = 3072;

    /// <summary>The most pieces in a batch.</summary>
    public const int MaxPieces = 1024;

    /// <summary>The most pieces that are looked up at a time: their lines of the cache fit into what the
    /// processor has nearest.</summary>
    public const int LookupGroup = 256;

    /// <summary>The most pieces that are looked for, and merged, at a time.</summary>
    public const int MissGroup = 256;

    /// <summary>Ids that may be stored behind the last one that counts.</summary>
    public const int Slack = 64;

    /// <summary>The most idle states of a thread, each of another vocabulary.</summary>
    public const int MaxIdle = 4;

    /// <summary>The calling thread's idle states, the one that was used last first.</summary>
    [ThreadStatic]
    private static BatchState? _idle;

    // The next of the idle states.
    private BatchState? _next;

    // Of the vocabulary whose pieces the cache holds.
    private object _identity;

    private readonly int _bytes = EncoderCache.BytesPerThread;
    private byte* _memory;

    // Safety: every array has room for what its summary says, and Slack; users stay below MaxPieces and
    // MaxIds.
    private BatchState(FrozenVocabulary vocabulary)
    {
        _identity = vocabulary.Identity;
        const int Pieces = MaxPieces + Slack;
        const int IdsLength = (MaxIds + Slack) * sizeof(uint);
        var layout = new NativeLayout();
        int starts = layout.Add(Pieces * sizeof(uint));
        int keys = layout.Add(LookupGroup * sizeof(CacheLookup));
        int words = layout.Add(Pieces * sizeof(ulong));
        int misses = layout.Add(Pieces * sizeof(uint));
        int probes = layout.Add(MissGroup * sizeof(PieceProbe));
        int openMisses = layout.Add(MissGroup * sizeof(int));
        int openHashes = layout.Add((MissGroup + Slack) * sizeof(uint));
        int repeats = layout.Add(MissGroup * sizeof(QueuedDuplicate));
        int tasks = layout.Add(MissGroup * sizeof(MergeTask));
        int openTasks = layout.Add(MissGroup * sizeof(MergeTask));
        int missIds = layout.Add(IdsLength);
        int manyIds = layout.Add(Pieces * sizeof(OverflowIds));
        int ids = layout.Add(IdsLength);
        int tail = layout.Add(MaxText + TailPadding);
        int lanes = layout.Add(LaneMerger.LaneCount * sizeof(MergeLane));

        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)layout.Length, NativeLayout.Alignment);
        Starts = (uint*)(_memory + starts);
        Keys = (CacheLookup*)(_memory + keys);
        Words = (ulong*)(_memory + words);
        Misses = (uint*)(_memory + misses);
        Probes = (PieceProbe*)(_memory + probes);
        OpenMisses = (int*)(_memory + openMisses);
        Repeats = (QueuedDuplicate*)(_memory + repeats);
        Tasks = (MergeTask*)(_memory + tasks);
        OpenHashes = (uint*)(_memory + openHashes);
        OpenTasks = (MergeTask*)(_memory + openTasks);
        MissIds = (uint*)(_memory + missIds);
        OverflowIds = (OverflowIds*)(_memory + manyIds);
        Ids = (uint*)(_memory + ids);
        Tail = _memory + tail;
        Lanes = (MergeLane*)(_memory + lanes);
        Cache = new PieceCache(_bytes - layout.Length);
    }

    ~BatchState() => Free();

    // Twice is no harm.
    private void Free()
    {
        // There is no cache if there was no memory for it.
        Cache?.Free();
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    /// <summary>The most ids of a batch, which has no more of them than bytes.</summary>
    private const int MaxIds = MaxText + 512;

    /// <summary>How many spaces there are: as many bytes as may be read behind a piece's start, and a window
    /// more.</summary>
    private const int TailPadding = 192;

    /// <summary>Where the batch's pieces start.</summary>
    public readonly uint* Starts;

    /// <summary>How they are looked up, for as many as are looked up at a time.</summary>
    public readonly CacheLookup* Keys;

    /// <summary>Each piece's <see cref="PackedIds"/>, if it has few.</summary>
    public readonly ulong* Words;

    /// <summary>The ids of the pieces that have many, in order.</summary>
    public readonly OverflowIds* OverflowIds;

    /// <summary>The numbers of the pieces that were not found at once, and ids of theirs.</summary>
    public readonly uint* Misses;
    public readonly uint* MissIds;

    // Of as many of these as are looked for at a time: how they are, and with bytes and ids; those that must
    // be merged, by number, with some bits of a hash, and with bytes and ids; and those that are equal to one
    // of these.
    public readonly PieceProbe* Probes;
    public readonly MergeTask* Tasks;
    public readonly int* OpenMisses;
    public readonly uint* OpenHashes;
    public readonly MergeTask* OpenTasks;
    public readonly QueuedDuplicate* Repeats;

    /// <summary>The batch's ids.</summary>
    public readonly uint* Ids;

    /// <summary>The end of the text.</summary>
    public readonly byte* Tail;

    /// <summary>Lanes to merge in.</summary>
    public readonly MergeLane* Lanes;

    /// <summary>Pieces that were merged before.</summary>
    public readonly PieceCache Cache;

    /// <summary>Copies the end of a text, of at most <see cref="MaxText"/> bytes, and puts spaces behind
    /// it.</summary>
    /// <returns>The copy, with the spaces.</returns>
    public ReadOnlySpan<byte> FillTail(ReadOnlySpan<byte> utf8)
    {
        var tail = new Span<byte>(Tail, utf8.Length + TailPadding);
        utf8.CopyTo(tail);
        tail[utf8.Length..].Fill((byte)' ');
        return tail;
    }

    /// <summary>Where a piece of the batch starts, in bytes of the text.</summary>
    public int StartOf(int piece) => (int)Starts[piece];

    /// <summary>The calling thread's state for a vocabulary. A state that is in use (a sink that encodes) is not
    /// handed out twice.</summary>
    public static BatchState Rent(FrozenVocabulary vocabulary)
    {
        BatchState? state = _idle;
        if (state is null || state._identity != vocabulary.Identity || state._bytes != EncoderCache.BytesPerThread)
        {
            return RentAnother(vocabulary);
        }

        _idle = state._next;
        return state;
    }

    private static BatchState RentAnother(FrozenVocabulary vocabulary)
    {
        int count = 0;
        ref BatchState? link = ref _idle;
        while (link is not null)
        {
            BatchState state = link;
            if (state._bytes != EncoderCache.BytesPerThread)
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
            if (!isKnown)
            {
                // The one that was not used for longest.
                state.Cache.Clear();
                state._identity = vocabulary.Identity;
            }

            return state;
        }

        return new BatchState(vocabulary);
    }

    /// <summary>Forgets the pieces of the calling thread's states.</summary>
    public static void ClearIdle()
    {
        for (BatchState? state = _idle; state is not null; state = state._next)
        {
            state.Cache.Clear();
        }
    }

    /// <summary>Gives the state back for the thread's next call.</summary>
    public static void Return(BatchState state)
    {
        // A call inside a call has made another: one for each vocabulary is enough, and no more than MaxIdle.
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
    }

    /// <summary>Places arrays one behind the other, each at the start of a cache line.</summary>
    private struct NativeLayout
    {
        public const int Alignment = 64;

        public int Length { get; private set; }

        public int Add(int length)
        {
            int offset = Length;
            Length += (length + Alignment - 1) & -Alignment;
            return offset;
        }
    }
}
