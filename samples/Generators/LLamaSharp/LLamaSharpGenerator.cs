using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Harmony.Engines;
using LLama;
using LLama.Common;
using LLama.Native;
using LLama.Sampling;

namespace Harmony.Samples;

/// <summary>
/// llama.cpp in the process, through LLamaSharp, with continuous batching: one thread owns the native
/// context, and each of its steps reads or samples ids of all turns at once. Thread-safe. Copy this file.
/// </summary>
/// <remarks>
/// <para>The context is divided into <see cref="ModelParams.SeqMax"/> sequences of equal length. That many
/// turns run at once, the others wait. A sequence keeps its ids after a turn, and the next turn of the
/// conversation reads only what follows the common beginning.</para>
/// <para>It uses batches instead of LLamaSharp's <c>BatchedExecutor</c>, which queues a long prompt as
/// several batches that no cancelled turn can take back.</para>
/// <para>Not supported: constraints, which are refused, and log probabilities, which are left out.</para>
/// </remarks>
public sealed class LLamaSharpGenerator : ITokenGenerator, IDisposable, IAsyncDisposable
{
    private readonly BlockingCollection<Turn> _arrivals = [];
    private readonly List<Turn> _turns = [];
    private readonly Sequence[] _sequences;
    private readonly LLamaContext _context;
    private readonly LLamaBatch _batch = new();
    private readonly int _vocabularySize;
    private readonly Task _loop;
    private int _activeCount;
    private long _readCount;
    private long _clock;

    /// <summary>Creates a generator.</summary>
    /// <param name="model">The model; the caller disposes it, after the generator.</param>
    /// <param name="parameters">The context: its size is that of all sequences together.</param>
    public LLamaSharpGenerator(LLamaWeights model, ModelParams parameters)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(parameters);

        // Each sequence has its own room, so that no turn takes another's. Layers with a sliding window keep
        // all of their entries, or a sequence could not be taken back to where two prompts part.
        _context = model.CreateContext(parameters with { KVUnified = false, SwaFull = true });
        _vocabularySize = model.Vocab.Count;
        int count = (int)parameters.SeqMax;
        _sequences = [.. Enumerable.Range(0, count).Select(static i => new Sequence((LLamaSeqId)i))];
        SequenceLength = (int)_context.ContextSize / count;
        _loop = Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The most ids of a prompt and its completion.</summary>
    public int SequenceLength { get; }

    /// <summary>How many turns run or wait.</summary>
    public int ActiveCount => Volatile.Read(ref _activeCount);

    /// <summary>How many ids llama.cpp has read so far: of prompts, without those that were cached, and of
    /// completions.</summary>
    public long ReadCount => Interlocked.Read(ref _readCount);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request);
        cancellationToken.ThrowIfCancellationRequested();
        var turn = new Turn(request);
        Enqueue(turn);
        try
        {
            ChannelReader<int> sampled = turn.Sampled.Reader;
            var ids = new int[32];
            while (await sampled.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                int count = 0;
                while (count < ids.Length && sampled.TryRead(out ids[count]))
                {
                    count++;
                }

                yield return new TokenChunk(ids.AsMemory(0, count)) { CachedPromptTokens = turn.CachedCount };
            }

            yield return new TokenChunk(default) { FinishReason = turn.FinishReason };
        }
        finally
        {
            // Waits for a step at most; after that the sequence is free.
            turn.IsCancelled = true;
            await turn.Ended.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Ends all turns, and frees the context.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync()
    {
        _arrivals.CompleteAdding();
        await _loop.ConfigureAwait(false);
    }

    private void Check(TokenRequest request)
    {
        int length = request.PromptIds.Length;
        if (length > SequenceLength)
        {
            throw new TokenGenerationException(
                TokenGenerationError.ContextLengthExceeded,
                $"The prompt has {length} ids, and a sequence has room for {SequenceLength}.")
            {
                PromptTokens = length,
                ContextSize = SequenceLength,
            };
        }

        // llama.cpp would refuse the whole batch, with all other turns.
        if (length == 0 || request.PromptIds.Span.ContainsAnyExceptInRange(0, _vocabularySize - 1))
        {
            throw new TokenGenerationException(
                TokenGenerationError.InvalidRequest,
                "The prompt is empty, or has an id that the model does not have.");
        }

        if (request.Constraint is not null)
        {
            throw new TokenGenerationException(
                TokenGenerationError.InvalidRequest, "This generator has no constraints.");
        }
    }

    private void Enqueue(Turn turn)
    {
        Interlocked.Increment(ref _activeCount);
        try
        {
            _arrivals.Add(turn);
        }
        catch (InvalidOperationException)
        {
            Interlocked.Decrement(ref _activeCount);
            throw Closed();
        }
    }

    private void Run()
    {
        Exception? fault = null;
        try
        {
            while (Receive())
            {
                foreach (Turn turn in _turns.Where(static turn => turn.IsCancelled).ToArray())
                {
                    End(turn);
                }

                foreach (Turn turn in _turns.Where(static turn => turn.Sequence is null))
                {
                    Begin(turn);
                }

                Step();
            }
        }
        catch (Exception e)
        {
            fault = e;
            _arrivals.CompleteAdding();
        }

        // Whoever added a turn before the end gets an answer.
        foreach (Turn turn in _turns.Concat(_arrivals.GetConsumingEnumerable()).ToArray())
        {
            End(turn, Closed(fault));
        }

        _context.Dispose();
    }

    /// <summary>Takes in new turns, and waits for one if there are none.</summary>
    /// <returns>Whether the generator is still open.</returns>
    private bool Receive()
    {
        while (_arrivals.TryTake(out Turn? turn, _turns.Count == 0 ? Timeout.Infinite : 0))
        {
            _turns.Add(turn);
        }

        return !_arrivals.IsAddingCompleted;
    }

    /// <summary>Gives a turn a free sequence, if there is one: that of its conversation, or else the one that
    /// was used longest ago.</summary>
    private void Begin(Turn turn)
    {
        Sequence? sequence = _sequences.Where(static one => !one.IsTaken)
            .OrderByDescending(one => one.SessionId == turn.Request.SessionId ? one.CountCommon(turn) : 0)
            .ThenBy(static one => one.LastUse)
            .FirstOrDefault();
        if (sequence is null)
        {
            return;
        }

        // The prompt's last id is read in any case: what follows it is sampled.
        int kept = Math.Min(sequence.CountCommon(turn), turn.Prompt.Length - 1);
        _context.NativeHandle.MemorySequenceRemove(sequence.Id, kept, -1);
        sequence.Take(turn, kept);
        turn.CachedCount = kept;
        turn.Sequence = sequence;
        turn.Sampler = CreateSampler(turn.Request);
    }

    /// <summary>Reads what each turn has to read, as far as a batch has room, and samples an id for each that
    /// has read all.</summary>
    private void Step()
    {
        // Those that have sampled read one id each; they go before prompts.
        Turn[] turns = [.. _turns.Where(static turn => turn.Sequence is not null)
            .OrderBy(static turn => turn.Count == 0)];
        _batch.Clear();
        foreach (Turn turn in turns)
        {
            turn.Sequence!.AddTo(_batch, (int)_context.BatchSize - _batch.TokenCount);
        }

        DecodeResult result = _context.Decode(_batch);
        Interlocked.Add(ref _readCount, _batch.TokenCount);
        foreach (Turn turn in turns)
        {
            if (result != DecodeResult.Ok)
            {
                End(turn, new TokenGenerationException(
                    TokenGenerationError.Interrupted, $"llama.cpp could not read a batch: {result}.")
                {
                    CompletionTokens = turn.Count,
                });
            }
            else if (turn.Sequence!.Confirm() is int index)
            {
                Sample(turn, index);
            }
        }
    }

    private void Sample(Turn turn, int index)
    {
        int id = (int)turn.Sampler!.Sample(_context.NativeHandle, index);
        turn.Count++;
        turn.Sequence!.Ids.Add(id);
        turn.FinishReason = turn.Request.StopIds.Contains(id) ? TokenFinishReason.Stop
            : turn.Count == turn.Request.MaxTokens ? TokenFinishReason.Length
            : turn.Sequence.Ids.Count > SequenceLength ? TokenFinishReason.Length
            : TokenFinishReason.None;
        turn.Sampled.Writer.TryWrite(id);
        if (turn.FinishReason != TokenFinishReason.None)
        {
            End(turn);
        }
    }

    private void End(Turn turn, TokenGenerationException? fault = null)
    {
        _turns.Remove(turn);
        turn.Sequence?.Release(++_clock, isLost: fault is not null);
        turn.Sampler?.Dispose();
        turn.Sampled.Writer.TryComplete(fault);
        Interlocked.Decrement(ref _activeCount);
        turn.Ended.SetResult();
    }

    private static TokenGenerationException Closed(Exception? cause = null) =>
        new(TokenGenerationError.Unavailable, "The generator was disposed, or failed.", cause);

    /// <summary>gpt-oss asks for a temperature and a probability mass of 1; the other cut-offs of llama.cpp
    /// are made for other models.</summary>
    private static BaseSamplingPipeline CreateSampler(TokenRequest request)
    {
        if (request.Temperature == 0)
        {
            return new GreedySamplingPipeline();
        }

        var sampler = new DefaultSamplingPipeline
        {
            Temperature = (float)(request.Temperature ?? 1),
            TopP = (float)(request.TopP ?? 1),
            TopK = 0,
            MinP = 0,
        };
        sampler.Seed = request.Seed is long seed ? unchecked((uint)seed) : sampler.Seed;
        return sampler;
    }

    /// <summary>A request, and what came of it.</summary>
    private sealed class Turn(TokenRequest request)
    {
        public volatile bool IsCancelled;

        public TokenRequest Request { get; } = request;

        /// <summary>A copy: the request's memory is its caller's.</summary>
        public int[] Prompt { get; } = request.PromptIds.ToArray();

        public Channel<int> Sampled { get; } = Channel.CreateUnbounded<int>(
            new UnboundedChannelOptions { SingleReader = true });

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Sequence? Sequence { get; set; }

        public BaseSamplingPipeline? Sampler { get; set; }

        public int CachedCount { get; set; }

        /// <summary>How many ids were sampled.</summary>
        public int Count { get; set; }

        public TokenFinishReason FinishReason { get; set; }
    }

    /// <summary>A part of the context, and the ids that it holds.</summary>
    private sealed class Sequence(LLamaSeqId id)
    {
        private int _readCount;
        private int _batchCount;
        private int _lastIndex;
        private string? _salt;

        public LLamaSeqId Id { get; } = id;

        /// <summary>The ids that were read, and then those to be read.</summary>
        public List<int> Ids { get; } = [];

        public string? SessionId { get; private set; }

        public long LastUse { get; private set; }

        public bool IsTaken { get; private set; }

        /// <summary>How long the beginning is that a prompt has in common with what was read; 0 for another
        /// salt.</summary>
        public int CountCommon(Turn turn) => _salt == turn.Request.CacheSalt
            ? CollectionsMarshal.AsSpan(Ids).CommonPrefixLength(turn.Prompt)
            : 0;

        public void Take(Turn turn, int kept)
        {
            Ids.RemoveRange(kept, Ids.Count - kept);
            Ids.AddRange(turn.Prompt.AsSpan(kept));
            _readCount = kept;
            SessionId = turn.Request.SessionId;
            _salt = turn.Request.CacheSalt;
            IsTaken = true;
        }

        /// <summary>Adds ids that are to be read to a batch.</summary>
        public void AddTo(LLamaBatch batch, int room)
        {
            _batchCount = Math.Min(Ids.Count - _readCount, room);
            for (int i = _readCount; i < _readCount + _batchCount; i++)
            {
                _lastIndex = batch.Add(Ids[i], i, Id, logits: i == Ids.Count - 1);
            }
        }

        /// <summary>Notes that the batch was read.</summary>
        /// <returns>Where to sample the next id; null if there is more to read first.</returns>
        public int? Confirm()
        {
            _readCount += _batchCount;
            return _readCount == Ids.Count ? _lastIndex : null;
        }

        /// <summary>Makes the sequence free for another turn; it keeps what was read.</summary>
        public void Release(long time, bool isLost)
        {
            _readCount = isLost ? 0 : _readCount;
            Ids.RemoveRange(_readCount, Ids.Count - _readCount);
            LastUse = time;
            IsTaken = false;
        }
    }
}
