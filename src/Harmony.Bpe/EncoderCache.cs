using Harmony.Bpe.Batches;

namespace Harmony.Bpe;

/// <summary>
/// The private memory that each thread gets when it first encodes a text: room for a batch of pieces, and the
/// ids of pieces that it met before. It is outside the managed heap, of a fixed size, shared with no other
/// thread, and given back after the thread has ended. It changes how fast a thread encodes, never the ids.
/// All members are thread-safe.
/// </summary>
/// <remarks>The operating system gives most of it when it is first touched, so that a thread that encodes little
/// takes little. A thread that encodes with several vocabularies has such a memory for each of the last four;
/// tokenizers of the same ranks, whatever their special tokens are, share one.</remarks>
public static class EncoderCache
{
    /// <summary>The smallest <see cref="BytesPerThread"/>: 512 KiB.</summary>
    public const int MinBytesPerThread = 512 * 1024;

    /// <summary>The largest <see cref="BytesPerThread"/>: 1 GiB.</summary>
    public const int MaxBytesPerThread = 1024 * 1024 * 1024;

    /// <summary>The <see cref="BytesPerThread"/> of a process that does not set it: 4 MiB.</summary>
    public const int DefaultBytesPerThread = 4 * 1024 * 1024;

    private static int _bytesPerThread = DefaultBytesPerThread;

    /// <summary>The most bytes that the memory of one thread takes for a vocabulary. A thread that has one already
    /// gets a new, empty one when it next encodes. Text in scripts with many different words, Chinese above all,
    /// gains from more; below the default all texts lose.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below <see cref="MinBytesPerThread"/> or
    /// above <see cref="MaxBytesPerThread"/>.</exception>
    public static int BytesPerThread
    {
        get => Volatile.Read(ref _bytesPerThread);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, MinBytesPerThread);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxBytesPerThread);
            Volatile.Write(ref _bytesPerThread, value);
        }
    }

    /// <summary>Empties the calling thread's memory, so that the next text is encoded as if it were the
    /// thread's first; for measurements.</summary>
    public static void Clear() => BatchState.ClearIdle();
}
