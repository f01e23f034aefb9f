using Harmony.Bpe.Engine;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>A text has no more ids than bytes, of which a char has at most so many.</summary>
    private const int MaxIdsPerChar = 3;

    private delegate void TextEncoding(int index, ref PooledSink sink);

    /// <summary>Encodes many texts in parallel into pooled memory, which the caller gives back by disposing of it:
    /// unlike <see cref="EncodeBatch(IReadOnlyList{string}, EncodeOptions?, int, CancellationToken)"/> it leaves
    /// nothing to be collected, which would stop all threads.</summary>
    /// <inheritdoc cref="EncodeBatch(IReadOnlyList{string}, EncodeOptions?, int, CancellationToken)"/>
    /// <returns>The ids of each text, in the order of the texts. A few small objects are allocated for the call
    /// and each thread, none for a text.</returns>
    public EncodedBatch EncodeBatchPooled(
        IReadOnlyList<string> texts,
        EncodeOptions? options = null,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
    {
        ThrowIfAnyNull(texts);
        return RunBatchPooled(
            texts.Count,
            index => texts[index].Length * (long)MaxIdsPerChar,
            (int index, ref PooledSink sink) =>
                EncodeAll(texts[index].AsSpan(), options, ref sink, cancellationToken),
            maxDegreeOfParallelism,
            cancellationToken);
    }

    /// <summary>Encodes many UTF-8 texts in parallel into pooled memory, which the caller gives back by disposing
    /// of it.</summary>
    /// <inheritdoc cref="EncodeBatch(IReadOnlyList{ReadOnlyMemory{byte}}, EncodeOptions?, int, CancellationToken)"/>
    /// <returns>The ids of each text, in the order of the texts. A few small objects are allocated for the call
    /// and each thread, none for a text.</returns>
    public EncodedBatch EncodeBatchPooled(
        IReadOnlyList<ReadOnlyMemory<byte>> utf8Texts,
        EncodeOptions? options = null,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(utf8Texts);
        return RunBatchPooled(
            utf8Texts.Count,
            index => utf8Texts[index].Length,
            (int index, ref PooledSink sink) =>
                EncodeAll(utf8Texts[index].Span, options, ref sink, cancellationToken),
            maxDegreeOfParallelism,
            cancellationToken);
    }

    private static EncodedBatch RunBatchPooled(
        int count,
        Func<int, long> maxIds,
        TextEncoding encode,
        int maxDegreeOfParallelism,
        CancellationToken cancellationToken)
    {
        long maxIdsOfAll = 0;
        for (int index = 0; index < count; index++)
        {
            maxIdsOfAll += maxIds(index);
        }

        var batch = new EncodedBatch(count);
        try
        {
            RunRanges(
                count,
                () => new BatchWriter(batch, maxIdsOfAll),
                (index, writer) => writer.Write(index, maxIds(index), encode),
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

    /// <summary>Writes the ids of one thread's texts one behind the other.</summary>
    private sealed class BatchWriter(EncodedBatch batch, long maxIdsOfAll)
    {
        /// <summary>Ids to a piece of memory: few pieces for many texts, since a pool keeps only some of a
        /// size.</summary>
        private const int ChunkLength = 128 * 1024;

        /// <summary>A first capacity for one text that is longer: real text has far fewer ids than it
        /// could.</summary>
        private const int MaxIdsPerId = 8;

        private PooledSink _sink;
        private bool _isOpen;

        public void Write(int index, long maxIds, TextEncoding encode)
        {
            // Memory that has ids of other texts must not grow: they would be somewhere else then.
            if (!_isOpen || maxIds > _sink.Room)
            {
                Finish();
                long capacity = Math.Max(maxIds / MaxIdsPerId, Math.Min(maxIdsOfAll, ChunkLength));
                _sink = new PooledSink((int)Math.Min(capacity, Array.MaxLength));
                _isOpen = true;
            }

            int start = _sink.Written;
            encode(index, ref _sink);
            batch.Set(index, _sink.MemoryFrom(start));
        }

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
