using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Harmony.Engines;
using Microsoft.ML.OnnxRuntimeGenAI;

namespace Harmony.Samples;

/// <summary>
/// ONNX Runtime GenAI in the process. Serves one request at a time, the others wait. What its sequence has in
/// common with the next prompt is not read again. Thread-safe. Copy this file.
/// </summary>
/// <remarks>Turns also end at the ids that the model's configuration names. A turn can be cancelled between
/// two ids, not while its prompt is read. Not supported: constraints, which are refused, and log
/// probabilities, which are left out.</remarks>
public sealed class OnnxGenerator : ITokenGenerator, IDisposable
{
    private readonly Model _model;
    private readonly SemaphoreSlim _isFree = new(1, 1);

    /// <summary>The ids of the sequence: the prompt's and those that were sampled.</summary>
    private readonly List<int> _held = [];

    private Settings? _settings;
    private Generator? _generator;
    private bool _isDone;

    /// <summary>Creates a generator.</summary>
    /// <param name="model">The model; the caller disposes it, after the generator.</param>
    public OnnxGenerator(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        using var parameters = new GeneratorParams(model);
        ContextSize = (int)parameters.GetSearchNumber("max_length");
    }

    /// <summary>The most ids of a prompt and its completion.</summary>
    public int ContextSize { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request);
        await _isFree.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            int cached = await CallAsync(() => Read(request)).ConfigureAwait(false);
            var ids = new int[1];
            var reason = TokenFinishReason.None;
            for (int count = 1; reason == TokenFinishReason.None; count++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ids[0] = await CallAsync(Sample).ConfigureAwait(false);
                reason = request.StopIds.Contains(ids[0]) ? TokenFinishReason.Stop
                    : count == request.MaxTokens || _held.Count == ContextSize ? TokenFinishReason.Length
                    : _isDone ? TokenFinishReason.Stop
                    : TokenFinishReason.None;
                yield return new TokenChunk(ids) { CachedPromptTokens = cached, FinishReason = reason };
            }
        }
        finally
        {
            _isFree.Release();
        }
    }

    /// <summary>Frees the sequence. No request may be running.</summary>
    public void Dispose()
    {
        Reset();
        _isFree.Dispose();
    }

    private void Check(TokenRequest request)
    {
        int length = request.PromptIds.Length;
        if (length >= ContextSize)
        {
            throw new TokenGenerationException(
                TokenGenerationError.ContextLengthExceeded,
                $"The prompt has {length} ids, and with its completion there is room for {ContextSize}.")
            {
                PromptTokens = length,
                ContextSize = ContextSize,
            };
        }

        if (length == 0 || request.Constraint is not null)
        {
            throw new TokenGenerationException(
                TokenGenerationError.InvalidRequest, "The prompt is empty, or the request has a constraint.");
        }
    }

    /// <summary>Takes the sequence back to where the prompt parts from it, and reads the rest.</summary>
    /// <returns>How many ids of the prompt were kept.</returns>
    private int Read(TokenRequest request)
    {
        ReadOnlySpan<int> prompt = request.PromptIds.Span;

        // The prompt's last id is read in any case: what follows it is sampled. The last id of the sequence
        // was sampled, and not read.
        int kept = CollectionsMarshal.AsSpan(_held).CommonPrefixLength(prompt);
        kept = Math.Min(kept, Math.Min(prompt.Length, _held.Count) - 1);
        var settings = new Settings(request);
        if (kept > 0 && settings == _settings && settings.Seed is null)
        {
            _generator!.RewindTo((ulong)kept);
        }
        else
        {
            kept = 0;
            Reset();
            using GeneratorParams parameters = settings.Create(_model);
            _generator = new Generator(_model, parameters);
            _settings = settings;
        }

        _held.RemoveRange(kept, _held.Count - kept);
        _generator.AppendTokens(prompt[kept..]);
        _held.AddRange(prompt[kept..]);
        return kept;
    }

    private int Sample()
    {
        _generator!.GenerateNextToken();
        int id = _generator.GetNextTokens()[0];
        _held.Add(id);
        _isDone = _generator.IsDone();
        return id;
    }

    /// <summary>Calls the engine, which blocks, on another thread.</summary>
    private async Task<int> CallAsync(Func<int> call)
    {
        try
        {
            return await Task.Run(call).ConfigureAwait(false);
        }
        catch (OnnxRuntimeGenAIException e)
        {
            Reset();
            throw new TokenGenerationException(TokenGenerationError.Unknown, e.Message, e);
        }
    }

    private void Reset()
    {
        _generator?.Dispose();
        _generator = null;
        _held.Clear();
    }

    /// <summary>What a sequence cannot change once it has begun: how to sample, and who may share it. A seed
    /// counts from the sequence's beginning.</summary>
    private sealed record Settings(double Temperature, double TopP, long? Seed, string? CacheSalt)
    {
        public Settings(TokenRequest request)
            : this(request.Temperature ?? 1, request.TopP ?? 1, request.Seed, request.CacheSalt)
        {
        }

        public GeneratorParams Create(Model model)
        {
            var parameters = new GeneratorParams(model);
            parameters.SetSearchOption("do_sample", Temperature > 0);
            if (Temperature > 0)
            {
                parameters.SetSearchOption("temperature", Temperature);
                parameters.SetSearchOption("top_p", TopP);
                parameters.SetSearchOption("top_k", 0);
                parameters.SetSearchOption("random_seed", Seed is long seed ? seed & int.MaxValue : -1);
            }

            return parameters;
        }
    }
}
