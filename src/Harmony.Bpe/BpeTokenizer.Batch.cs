using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>Encodes many texts in parallel.</summary>
    /// <param name="texts">The texts; none may be null.</param>
    /// <param name="options">What to do with special text; <see cref="EncodeOptions.Default"/> if
    /// null.</param>
    /// <param name="maxDegreeOfParallelism">The most texts that are encoded at the same time; −1 for the
    /// number of processors.</param>
    /// <param name="cancellationToken">Stops the work with an <see cref="OperationCanceledException"/>. No
    /// thread works on the batch after it is thrown.</param>
    /// <returns>The ids of each text, in the order of the texts.</returns>
    /// <exception cref="ArgumentException">A text is null; the message has its index.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The degree of parallelism is 0 or less than
    /// −1.</exception>
    /// <exception cref="SpecialTokenException">A text spells a special token that the options refuse. If
    /// several texts fail, the exception is that of the first.</exception>
    public int[][] EncodeBatch(
        IReadOnlyList<string> texts,
        EncodeOptions? options = null,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
    {
        ThrowIfAnyNull(texts);
        return RunBatch(
            texts.Count,
            index => Encode(texts[index].AsSpan(), options, cancellationToken),
            maxDegreeOfParallelism,
            cancellationToken);
    }

    /// <summary>Encodes many UTF-8 texts in parallel.</summary>
    /// <inheritdoc cref="EncodeBatch(IReadOnlyList{string}, EncodeOptions?, int, CancellationToken)"/>
    /// <param name="utf8Texts">The texts.</param>
    /// <param name="options">What to do with special text and malformed UTF-8;
    /// <see cref="EncodeOptions.Default"/> if null.</param>
    /// <param name="maxDegreeOfParallelism">The most texts that are encoded at the same time; −1 for the
    /// number of processors.</param>
    /// <param name="cancellationToken">Stops the work with an <see cref="OperationCanceledException"/>. No
    /// thread works on the batch after it is thrown.</param>
    /// <exception cref="SpecialTokenException">A text spells a special token that the options refuse. If
    /// several texts fail, the exception is that of the first.</exception>
    /// <exception cref="InvalidUtf8Exception">A text is malformed UTF-8 and the options refuse
    /// that.</exception>
    public int[][] EncodeBatch(
        IReadOnlyList<ReadOnlyMemory<byte>> utf8Texts,
        EncodeOptions? options = null,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(utf8Texts);
        return RunBatch(
            utf8Texts.Count,
            index => Encode(utf8Texts[index].Span, options, cancellationToken),
            maxDegreeOfParallelism,
            cancellationToken);
    }

    /// <summary>Counts the ids of many texts in parallel.</summary>
    /// <inheritdoc cref="EncodeBatch(IReadOnlyList{string}, EncodeOptions?, int, CancellationToken)"/>
    /// <returns>The number of ids of each text, in the order of the texts.</returns>
    public int[] CountBatch(
        IReadOnlyList<string> texts,
        EncodeOptions? options = null,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
    {
        ThrowIfAnyNull(texts);
        return RunBatch(
            texts.Count,
            index => Count(texts[index].AsSpan(), options, cancellationToken),
            maxDegreeOfParallelism,
            cancellationToken);
    }

    // Before the work starts: an exception from inside it would be wrapped.
    private static void ThrowIfAnyNull(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        for (int index = 0; index < texts.Count; index++)
        {
            if (texts[index] is null)
            {
                throw new ArgumentException($"The text at index {index} is null.", nameof(texts));
            }
        }
    }

    private static T[] RunBatch<T>(
        int count, Func<int, T> run, int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        var results = new T[count];
        RunRanges(
            count,
            static () => 0,
            (index, _) => results[index] = run(index),
            static _ => { },
            maxDegreeOfParallelism,
            cancellationToken);
        return results;
    }

    // Threads take small ranges as they become free. Texts differ in length: with fixed shares, all threads
    // would wait for the one with the long texts.
    private static void RunRanges<TWorker>(
        int count,
        Func<TWorker> begin,
        Action<int, TWorker> run,
        Action<TWorker> end,
        int maxDegreeOfParallelism,
        CancellationToken cancellationToken)
    {
        var parallelism = new ParallelOptions
        {
            MaxDegreeOfParallelism = maxDegreeOfParallelism,
            CancellationToken = cancellationToken,
        };
        cancellationToken.ThrowIfCancellationRequested();
        if (count == 0)
        {
            return;
        }

        int rangeSize = Math.Clamp(count / (Environment.ProcessorCount * 64), 1, 64);
        var failure = new BatchFailure();
        Parallel.ForEach(
            Partitioner.Create(0, count, rangeSize),
            parallelism,
            begin,
            (range, loop, worker) =>
            {
                int index = range.Item1;
                try
                {
                    for (; index < range.Item2; index++)
                    {
                        run(index, worker);
                    }
                }
                catch (Exception e)
                {
                    // No later range is started, but all earlier ones are, so the first failure is always the
                    // same one.
                    failure.Set(index, e);
                    loop.Break();
                }

                return worker;
            },
            end);
        failure.Throw();
    }

    /// <summary>The failure of the first text that fails. <see cref="Set"/> is thread-safe.</summary>
    private sealed class BatchFailure
    {
        private readonly Lock _lock = new();
        private int _index = int.MaxValue;
        private ExceptionDispatchInfo? _exception;

        public void Set(int index, Exception exception)
        {
            lock (_lock)
            {
                if (index < _index)
                {
                    _index = index;
                    _exception = ExceptionDispatchInfo.Capture(exception);
                }
            }
        }

        public void Throw() => _exception?.Throw();
    }
}
