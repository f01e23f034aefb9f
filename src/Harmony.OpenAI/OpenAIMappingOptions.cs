using Harmony.Core;

namespace Harmony.OpenAI;

/// <summary>How requests become prompts. Immutable; share one instance.</summary>
public sealed record OpenAIMappingOptions
{
    internal static OpenAIMappingOptions Default { get; } = new();

    /// <summary>The system message of every prompt. A request's <c>reasoning_effort</c> replaces the one
    /// here. Identity, date and built-in tools are the server's to say: a request's own system messages
    /// become instructions.</summary>
    public SystemContent SystemContent { get; init; } = SystemContent.Default;

    /// <summary>Whether reasoning that a client sends back becomes messages on the channel <c>analysis</c>;
    /// on by default. How much of it is rendered is then the choice of
    /// <see cref="RenderOptions.Analysis"/>. If it is off, reasoning is dropped.</summary>
    public bool KeepReasoning { get; init; } = true;
}
