using Harmony.Engines;
using Harmony.Extensions.AI;

namespace Microsoft.Extensions.AI;

/// <summary>Makes chat clients of engines.</summary>
public static class HarmonyChatClientExtensions
{
    /// <summary>Creates a chat client that speaks to gpt-oss on an engine. Thread-safe, if the engine is.
    /// Disposing the client does not dispose the engine.</summary>
    /// <param name="generator">The engine.</param>
    /// <param name="options">How the client speaks to the model; null for the defaults.</param>
    /// <returns>A client whose <see cref="IChatClient.GetService"/> also gives its
    /// <see cref="ChatClientMetadata"/> and its <see cref="TurnRunner"/>.</returns>
    /// <remarks>What each request and response becomes is in docs/extensions-ai.md. A request that Harmony
    /// cannot carry throws a <see cref="NotSupportedException"/>, one that contradicts itself an
    /// <see cref="ArgumentException"/>, and an engine that fails a
    /// <see cref="TokenGenerationException"/>.</remarks>
    /// <example><code>
    /// IChatClient client = new LlamaCppGenerator(http).AsIChatClient()
    ///     .AsBuilder().UseFunctionInvocation().Build();
    /// </code></example>
    public static IChatClient AsIChatClient(
        this ITokenGenerator generator, HarmonyChatClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return new TurnRunner(generator).AsIChatClient(options);
    }

    /// <summary>Creates a chat client that runs its turns on a runner, with the runner's encoding, rendering
    /// and held conversations.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="options">How the client speaks to the model; null for the defaults.</param>
    /// <inheritdoc
    ///     cref="AsIChatClient(ITokenGenerator, HarmonyChatClientOptions?)" path="/returns|/remarks"/>
    public static IChatClient AsIChatClient(this TurnRunner runner, HarmonyChatClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(runner);
        return new HarmonyChatClient(runner, options ?? HarmonyChatClientOptions.Default);
    }
}
