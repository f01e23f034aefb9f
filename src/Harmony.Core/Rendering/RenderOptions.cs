using Harmony.Core.Rendering;

namespace Harmony.Core;

/// <summary>How a conversation is rendered. Immutable; the ready-made ones cover most uses.</summary>
public sealed record RenderOptions
{
    /// <summary>The messages and nothing else, old analysis dropped.</summary>
    public static RenderOptions History { get; } = new();

    /// <summary>A prompt for the assistant's next turn, old analysis dropped.</summary>
    public static RenderOptions Completion { get; } = new() { Purpose = RenderPurpose.Completion };

    /// <summary>A training example, old analysis dropped.</summary>
    public static RenderOptions Training { get; } = new() { Purpose = RenderPurpose.Training };

    /// <summary>A prompt that ends inside the last message, which the model continues; old analysis
    /// dropped.</summary>
    public static RenderOptions Continuation { get; } = new() { Purpose = RenderPurpose.Continuation };

    /// <summary>What the ids are for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no purpose.</exception>
    public RenderPurpose Purpose { get; init => field = Defined.OrThrow(value); }

    /// <summary>Whose turn is next; used only for <see cref="RenderPurpose.Completion"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no role.</exception>
    public Role NextRole { get; init => field = Defined.OrThrow(value); } = Role.Assistant;

    /// <summary>Which messages on the channel <c>analysis</c> are left out. By default as the reference
    /// does.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no policy.</exception>
    public AnalysisPolicy Analysis { get; init => field = Defined.OrThrow(value); }

    /// <summary>Whether a message that was sampled is written as the ids in
    /// <see cref="Message.SampledIds"/>, so that the model sees again what it gave, and not tokenized again.
    /// On by default. Of these ids only the last may change: <c>&lt;|return|&gt;</c> becomes the token with
    /// which the format ends the message in a history, and a message that no token ended gets that
    /// one.</summary>
    public bool UseSampledIds { get; init; } = true;

    /// <summary>Whether headers are refused that would read as something else: a tool named like a role; a
    /// name, recipient, channel or content type that is empty, holds white space, control characters or angle
    /// brackets, or begins with <c>to=</c>. A content type may begin with <c>&lt;|constrain|&gt;</c> and one
    /// space. On by default. Turn it off only to render what the reference renders, from words that you
    /// trust: the name <c>bob to=functions.f</c> then brings a recipient along.</summary>
    public bool CheckHeaders { get; init; } = true;

    /// <summary>The most bytes of UTF-8 that the type of one tool's parameters may need. A schema of a few
    /// kilobytes can be made to print as many megabytes; no prompt has use for them. Tools with such schemas
    /// are refused. 1 MiB by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxSchemaLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 1 << 20;

    /// <summary>Whether system contents say where calls of functions go even if no message that is rendered
    /// offers functions: for a message that is rendered by itself, out of a conversation that does. Off by
    /// default.</summary>
    public bool HasFunctionTools { get; init; }

    /// <summary>Whether a message, by its index among all of them, is the one that the model is to
    /// continue.</summary>
    internal bool IsInProgress(int index, int count) =>
        Purpose == RenderPurpose.Continuation && index == count - 1;

    /// <summary>How the last message of a conversation ends.</summary>
    internal MessageEnding LastEnding(Message message) => Purpose switch
    {
        RenderPurpose.Continuation => MessageEnding.Open,
        RenderPurpose.Training when message is { Role: Role.Assistant, Channel: Channels.Final } =>
            MessageEnding.Return,
        _ => MessageEnding.Usual,
    };

    internal static RenderOptions CompletionBy(Role role) =>
        role == Role.Assistant ? Completion : Completion with { NextRole = role };
}
