using Harmony.Bpe.Calls;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>The most ids for one char: one for each byte of its UTF-8.</summary>
    private const int MaxIdsPerChar = 3;

    /// <summary>Encodes many texts in parallel into pooled memory, which the caller disposes of. Unlike
    /// <see cref="EncodeBatch(IReadOnlyList{string}, EncodeOptions?, int, CancellationToken)"/> it causes no
    /// garbage collections, which stop all threads.</summary>
    /// <inheritdoc cref="EncodeBatch(IReadOnlyList{string}, EncodeOptions?, int, CancellationToken)"/>
    /// <returns>The ids of each text, in the order of the texts. Allocates a few small objects for the call
    /// and for each thread, none for a text.</returns>
    public EncodedBatch EncodeBatchPooled(
        IReadOnlyList<string> texts,
        EncodeOptions? options = null,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
    {
        ThrowIfAnyNull(texts);
        return RunBatchPooled(
            texts.Count,
            texts.Sum(static text => (long)text.Length) * MaxIdsPerChar,
            (index, writer) =>
            {
                ReadOnlySpan<char> text = texts[index];
                ref PooledSink sink = ref writer.Begin(text.Length * (long)MaxIdsPerChar);
                EncodeAll(text, options, ref sink, cancellationToken);
                writer.End(index);
            },
            maxDegreeOfParallelism,
            cancellationToken);
    }

    /// <summary>Encodes many UTF-8 texts in parallel into pooled memory, which the caller disposes
    /// of.</summary>
    /// <inheritdoc cref="EncodeBatch(IReadOnlyList{ReadOnlyMemory{byte}}, EncodeOptions?, int, CancellationToken)"/>
    /// <returns>The ids of each text, in the order of the texts. Allocates a few small objects for the call
    /// and for each thread, none for a text.</returns>
    public EncodedBatch EncodeBatchPooled(
        IReadOnlyList<ReadOnlyMemory<byte>> utf8Texts,
        EncodeOptions? options = null,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(utf8Texts);
        return RunBatchPooled(
            utf8Texts.Count,
            utf8Texts.Sum(static utf8 => (long)utf8.Length),
            (index, writer) =>
            {
                ReadOnlySpan<byte> utf8 = utf8Texts[index].Span;
                ref PooledSink sink = ref writer.Begin(utf8.Length);
                EncodeAll(utf8, options, ref sink, cancellationToken);
                writer.End(index);
            },
            maxDegreeOfParallelism,
            cancellationToken);
    }

    private static EncodedBatch RunBatchPooled(
        int count,
        long maxIds,
        Action<int, BatchWriter> encode,
        int maxDegreeOfParallelism,
        CancellationToken cancellationToken)
    {
        var batch = new EncodedBatch(count);
        try
        {
            RunRanges(
                count,
                () => new BatchWriter(batch, (int)Math.Min(maxIds, BatchWriter.ChunkLength)),
                encode,
                static writer => writer.Finish(),
                maxDegreeOfParallelism,
                cancellationToken);
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>Writes the ids of the texts of one thread one after another, into a few large
    /// arrays.</summary>
    private sealed class BatchWriter(EncodedBatch batch, int chunkLength)
    {
        /// <summary>The most ids of an array that is shared by texts. The pool keeps only a few arrays of
        /// each length.</summary>
        public const int ChunkLength = 128 * 1024;

        /// <summary>For a longer text, the first capacity is its most possible ids divided by this: real text
        /// has far fewer.</summary>
        private const int MaxIdsPerId = 8;

        private PooledSink _sink;
        private bool _isOpen;
        private int _start;

        /// <summary>Starts a text with at most a number of ids.</summary>
        /// <returns>Where its ids go.</returns>
        public ref PooledSink Begin(long maxIds)
        {
            // An array with ids of other texts must not grow, which would move them.
            if (!_isOpen || maxIds > _sink.Room)
            {
                Finish();
                _sink = new PooledSink((int)Math.Min(Math.Max(maxIds / MaxIdsPerId, chunkLength), Array.MaxLength));
                _isOpen = true;
            }

            _start = _sink.Written;
            return ref _sink;
        }

        /// <summary>Ends a text: hands the ids written since over to the batch.</summary>
        public void End(int index) => batch.Set(index, _sink.MemoryFrom(_start));

        /// <summary>Hands the array over to the batch.</summary>
        public void Finish()
        {
            if (_isOpen)
            {
                _isOpen = false;
                batch.Keep(_sink.Release());
            }
        }
    }
}
