using Harmony.Bpe.Batches;

namespace Harmony.Bpe;

/// <summary>
/// The private memory that each thread gets when it first encodes a text: buffers for a batch of pieces, and
/// a cache of pieces with their ids. It is native memory, shared with no other thread, and freed after the
/// thread has ended. By default it is 4 MiB, and 16 where much of what the cache had lost comes again. A
/// thread that has not encoded for a minute then has 4 again. It affects how fast a thread encodes, never the
/// ids. All members are thread-safe.
/// </summary>
/// <remarks>The operating system provides most of it when it is first touched, so a thread that encodes
/// little uses little. A thread that encodes with several vocabularies keeps the memory of the last four.
/// Tokenizers with the same ranks share one vocabulary, whatever their special tokens.</remarks>
public static class EncoderCache
{
    /// <summary>The smallest <see cref="BytesPerThread"/>: 512 KiB.</summary>
    public const int MinBytesPerThread = 512 * 1024;

    /// <summary>The largest <see cref="BytesPerThread"/>: 1 GiB.</summary>
    public const int MaxBytesPerThread = 1024 * 1024 * 1024;

    /// <summary>The <see cref="BytesPerThread"/> of a process that does not set it: 16 MiB, of which a thread
    /// begins with 4.</summary>
    public const int DefaultBytesPerThread = 16 * 1024 * 1024;

    private static int _bytesPerThread = DefaultBytesPerThread;

    /// <summary>The most bytes of memory for one thread and vocabulary; any other size than the default is
    /// taken at once. A thread that has memory of another size gets new, empty memory when it next encodes.
    /// More than 4 MiB pays for threads that meet many different words again and again, above all Chinese
    /// ones; less slows all text down.</summary>
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

    /// <summary>Empties the cache of the calling thread, for measurements: the next text is encoded as if the
    /// thread had seen none. A cache that has grown keeps its size.</summary>
    public static void Clear() => BatchState.ClearIdle();
}
