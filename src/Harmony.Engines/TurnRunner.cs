using System.Runtime.CompilerServices;
using Harmony.Core;
using Harmony.Engines.Turns;

namespace Harmony.Engines;

/// <summary>
/// Runs turns of conversations: renders the prompt, lets the engine sample, reads what it samples, and gives
/// out events. Thread-safe: one runner serves all conversations of an engine.
/// </summary>
/// <remarks>
/// <para>With a session id the conversation's prompt is held between turns, in a store of bounded size, so
/// that no message is tokenized twice. Without one, or after the store let go of it, the same prompt is
/// rendered from the start.</para>
/// <para>Nothing that the model writes makes a turn fail: see docs/resilient-parser.md. The engine is stopped
/// as soon as the turn is over: at a stop id, at a stop string, after
/// <see cref="TurnOptions.MaxTokens"/>.</para>
/// </remarks>
/// <example><code>
/// var runner = new TurnRunner(generator);
/// await foreach (TurnEvent one in runner.RunAsync([Message.User("Ahoy!")]))
/// {
///     if (one.Kind == TurnEventKind.TextDelta)
///     {
///         Console.Write(one.Text);
///     }
/// }
/// </code></example>
public sealed class TurnRunner
{
    private readonly ITokenGenerator _generator;
    private readonly PromptRenderer _prompts;
    private readonly TurnReaderPool _readers;

    /// <summary>Creates a runner.</summary>
    /// <param name="generator">The engine. The caller disposes it, if need be.</param>
    /// <param name="options">How the runner works; null for the defaults.</param>
    public TurnRunner(ITokenGenerator generator, TurnRunnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        options ??= TurnRunnerOptions.Default;
        _generator = generator;
        Encoding = options.Encoding;
        _prompts = new PromptRenderer(options);
        _readers = new TurnReaderPool(options.Encoding);
    }

    /// <summary>The encoding of prompts and completions.</summary>
    public HarmonyEncoding Encoding { get; }

    /// <summary>Runs the assistant's next turn.</summary>
    /// <param name="conversation">The conversation, without the turn. A message that was sampled keeps its
    /// ids, so that the prompt repeats them.</param>
    /// <param name="options">How to sample and read; null for the defaults.</param>
    /// <param name="sessionId">Names the conversation from turn to turn; null to hold nothing.</param>
    /// <param name="cancellationToken">Stops the engine; the enumeration then throws
    /// <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events, in order. The last is <see cref="TurnEventKind.TurnEnd"/>. An event's memory is
    /// valid until the next is asked for. To stop early, dispose the enumerator, as leaving
    /// <c>await foreach</c> does.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format; thrown by the
    /// enumeration, as all others.</exception>
    /// <exception cref="ArgumentException">The options contradict each other, or a stop string or
    /// <see cref="TurnOptions.RequiredTool"/> is no such thing.</exception>
    /// <exception cref="TokenGenerationException">The engine refused the request, or failed. The events so
    /// far stand; what was held back, such as half a header, is lost.</exception>
    public IAsyncEnumerable<TurnEvent> RunAsync(
        Conversation conversation,
        TurnOptions? options = null,
        string? sessionId = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return RunCoreAsync(conversation, options ?? TurnOptions.Default, sessionId, cancellationToken);
    }

    /// <summary>Runs the assistant's next turn and returns when it is over.</summary>
    /// <inheritdoc cref="RunAsync" path="/param|/exception"/>
    /// <returns>How it ended, with its messages.</returns>
    public async Task<TurnResult> RunToEndAsync(
        Conversation conversation,
        TurnOptions? options = null,
        string? sessionId = null,
        CancellationToken cancellationToken = default)
    {
        TurnResult? result = null;
        await foreach (TurnEvent one in RunAsync(conversation, options, sessionId, cancellationToken)
            .ConfigureAwait(false))
        {
            result = one.Result;
        }

        return result!;
    }

    private async IAsyncEnumerable<TurnEvent> RunCoreAsync(
        Conversation conversation,
        TurnOptions options,
        string? sessionId,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using RenderedPrompt prompt = _prompts.Render(conversation, options, sessionId);
        using TurnReader reader = _readers.Rent(prompt, options);
        TokenRequest request = prompt.ToRequest(options, sessionId);
        IAsyncEnumerator<TokenChunk> chunks =
            _generator.GenerateAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (!reader.IsOver && await chunks.MoveNextAsync().ConfigureAwait(false))
            {
                reader.Push(chunks.Current);
                while (reader.TryRead(out TurnEvent one))
                {
                    yield return one;
                }
            }
        }
        finally
        {
            // Stops the engine, before the last events are given out.
            await chunks.DisposeAsync().ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        reader.Complete();
        while (reader.TryRead(out TurnEvent one))
        {
            yield return one;
        }
    }
}
