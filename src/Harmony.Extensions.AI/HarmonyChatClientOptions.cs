using Harmony.Core;
using Harmony.Engines;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI;

/// <summary>How a chat client speaks to the model. Immutable; share one instance between clients.</summary>
/// <example><code>
/// var options = new HarmonyChatClientOptions
/// {
///     ModelId = "gpt-oss-20b",
///     System = SystemContent.Default with { ConversationStartDate = "2026-11-29" },
/// };
/// </code></example>
public sealed record HarmonyChatClientOptions
{
    internal static HarmonyChatClientOptions Default { get; } = new();

    /// <summary>The model's name, which responses and telemetry report. <c>gpt-oss</c> by default. Never
    /// sent to the engine.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string ModelId { get; init => field = NotNull(value); } = "gpt-oss";

    /// <summary>The system message of every prompt. <see cref="ReasoningOptions.Effort"/> of a request
    /// replaces its effort, and hosted tools are added to its tools.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public SystemContent System { get; init => field = NotNull(value); } = SystemContent.Default;

    /// <summary>How schemas of functions are written; by default as the reference writes them.
    /// <see cref="SchemaStyle.Extended"/> also writes unions and references.</summary>
    public SchemaStyle SchemaStyle { get; init; }

    /// <summary>
    /// Whether sampling is constrained where a request asks for a form: JSON (a grammar of the whole turn
    /// whose answer is any JSON value), a required function (its schema), or any required function (a
    /// grammar). Off by default: then the developer message asks for the form. Needs an engine that takes a
    /// <see cref="TokenConstraint"/>, as llama.cpp, vLLM and SGLang do.
    /// </summary>
    public bool ConstrainsSampling { get; init; }

    private static T NotNull<T>(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }
}
