using Harmony.Bpe.Calls;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>A text has no more ids than bytes, of which a char has at most so many.</summary>
    private const int MaxIdsPerChar = 3;

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

    /// <summary>Writes the ids of one thread's texts one behind the other, into a few large arrays.</summary>
    private sealed class BatchWriter(EncodedBatch batch, int chunkLength)
    {
        /// <summary>Ids to an array, at most: a pool keeps only so many arrays of a size.</summary>
        public const int ChunkLength = 128 * 1024;

        /// <summary>A first capacity for one text that is longer: real text has far fewer ids than it
        /// could.</summary>
        private const int MaxIdsPerId = 8;

        private PooledSink _sink;
        private bool _isOpen;
        private int _start;

        /// <summary>Where the ids of the next text go, of which there are at most so many.</summary>
        public ref PooledSink Begin(long maxIds)
        {
            // An array that has ids of other texts must not grow: they would be somewhere else then.
            if (!_isOpen || maxIds > _sink.Room)
            {
                Finish();
                _sink = new PooledSink((int)Math.Min(Math.Max(maxIds / MaxIdsPerId, chunkLength), Array.MaxLength));
                _isOpen = true;
            }

            _start = _sink.Written;
            return ref _sink;
        }

        /// <summary>Hands over the ids that were written since.</summary>
        public void End(int index) => batch.Set(index, _sink.MemoryFrom(_start));

        /// <summary>Hands over the array.</summary>
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
