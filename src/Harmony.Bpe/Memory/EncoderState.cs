using System.Runtime.InteropServices;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Memory;

/// <summary>
/// What a thread needs to encode: room for one batch of pieces, and its private cache of merged pieces. Made when
/// the thread first encodes, never shared, given back when the thread ends.
/// </summary>
internal sealed unsafe class EncoderState
{
    /// <summary>The most pieces in a batch.</summary>
    public const int MaxPieces = 1024;

    /// <summary>Ids that may be stored behind the last one that counts.</summary>
    public const int Slack = 64;

    [ThreadStatic]
    private static EncoderState? t_idle;

    private byte* _memory;

    private EncoderState(FrozenVocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        const int Pieces = MaxPieces + Slack;
        const int BytesPerPiece = 3 * sizeof(ulong) + sizeof(ulong) + 3 * sizeof(uint);
        const int BytesPerId = 2 * sizeof(uint);
        const nuint Length = Pieces * BytesPerPiece + (MaxIds + 2 * Slack) * BytesPerId + TailLength + 4 * 64;
        _memory = (byte*)NativeMemory.AlignedAlloc(Length, 64);
        byte* next = _memory;
        Low = (ulong*)Take(ref next, Pieces * sizeof(ulong));
        High = (ulong*)Take(ref next, Pieces * sizeof(ulong));
        Hashes = (ulong*)Take(ref next, Pieces * sizeof(ulong));
        Entries = (byte**)Take(ref next, Pieces * sizeof(ulong));
        Starts = (uint*)Take(ref next, Pieces * sizeof(uint));
        PieceIds = (uint*)Take(ref next, Pieces * sizeof(uint));
        Misses = (uint*)Take(ref next, Pieces * sizeof(uint));
        Ids = (uint*)Take(ref next, (MaxIds + Slack) * sizeof(uint));
        Merged = (uint*)Take(ref next, (MaxIds + Slack) * sizeof(uint));
        Tail = Take(ref next, TailLength);
        Cache = new PieceCache(PieceCache.Limit);
    }

    ~EncoderState()
    {
        Cache.Free();
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    /// <summary>The most bytes of text in a batch, which are the most ids as well.</summary>
    public const int MaxIds = 2048;

    /// <summary>Room for the end of a text and the spaces behind it.</summary>
    public const int TailLength = 256;

    /// <summary>The vocabulary whose pieces the cache holds.</summary>
    public FrozenVocabulary Vocabulary { get; private set; }

    // By piece: where it starts, its key, the key's hash, the table's entry, its id if the entry is its own.
    public readonly uint* Starts;
    public readonly ulong* Low;
    public readonly ulong* High;
    public readonly ulong* Hashes;
    public readonly byte** Entries;
    public readonly uint* PieceIds;

    /// <summary>The pieces that are no tokens.</summary>
    public readonly uint* Misses;

    /// <summary>The batch's ids.</summary>
    public readonly uint* Ids;

    /// <summary>The ids of one piece while it is merged.</summary>
    public readonly uint* Merged;

    /// <summary>The end of the text.</summary>
    public readonly byte* Tail;

    /// <summary>Pieces that were merged before.</summary>
    public readonly PieceCache Cache;

    /// <summary>The first of the batch's ids.</summary>
    public ReadOnlySpan<int> BatchIds(int count) => new(Ids, count);

    /// <summary>Copies the end of a text, shorter than half of the tail, and puts spaces behind it.</summary>
    /// <returns>The tail.</returns>
    public ReadOnlySpan<byte> FillTail(ReadOnlySpan<byte> utf8)
    {
        var tail = new Span<byte>(Tail, TailLength);
        utf8.CopyTo(tail);
        tail[utf8.Length..].Fill((byte)' ');
        return tail;
    }

    /// <summary>The calling thread's state. A state that is in use (a sink that encodes) is not handed out twice.</summary>
    public static EncoderState Rent(FrozenVocabulary vocabulary)
    {
        EncoderState? state = t_idle;
        t_idle = null;
        if (state is null)
        {
            return new EncoderState(vocabulary);
        }

        if (state.Vocabulary != vocabulary)
        {
            state.Cache.Clear();
            state.Vocabulary = vocabulary;
        }

        return state;
    }

    /// <summary>Gives the state back for the thread's next call.</summary>
    public static void Return(EncoderState state) => t_idle = state;

    private static byte* Take(ref byte* next, int length)
    {
        byte* taken = next;
        next += (length + 63) & ~63;
        return taken;
    }
}
