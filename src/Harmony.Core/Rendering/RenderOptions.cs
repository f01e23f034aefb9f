using Harmony.Core.Rendering;

namespace Harmony.Core;

/// <summary>How a conversation is rendered. Immutable; the ready-made instances cover most uses.</summary>
public sealed record RenderOptions
{
    /// <summary>Gets options for the messages and nothing else, without old analysis.</summary>
    public static RenderOptions History { get; } = new();

    /// <summary>Gets options for a prompt for the assistant's next turn, without old analysis.</summary>
    public static RenderOptions Completion { get; } = new() { Purpose = RenderPurpose.Completion };

    /// <summary>Gets options for a training example, without old analysis.</summary>
    public static RenderOptions Training { get; } = new() { Purpose = RenderPurpose.Training };

    /// <summary>Gets options for a prompt that ends inside the last message, which the model continues,
    /// without old analysis.</summary>
    public static RenderOptions Continuation { get; } = new() { Purpose = RenderPurpose.Continuation };

    /// <summary>Gets what the ids are for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no purpose.</exception>
    public RenderPurpose Purpose { get; init => field = Defined.OrThrow(value); }

    /// <summary>Gets whose turn is next; used only for <see cref="RenderPurpose.Completion"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no role.</exception>
    public Role NextRole { get; init => field = Defined.OrThrow(value); } = Role.Assistant;

    /// <summary>Gets which messages on the channel <c>analysis</c> are left out; by default those that the
    /// reference leaves out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no policy.</exception>
    public AnalysisPolicy Analysis { get; init => field = Defined.OrThrow(value); }

    /// <summary>Gets whether a sampled message is written as its <see cref="Message.SampledIds"/>, so that
    /// the model sees exactly what it gave. On by default. Only the last of these ids may change:
    /// <c>&lt;|return|&gt;</c> becomes the end token that the format has in a history, and a message without
    /// an end token gets one.</summary>
    public bool UseSampledIds { get; init; } = true;

    /// <summary>Gets whether headers that would read as something else are refused: a tool named like a role;
    /// a name, recipient, channel or content type that is empty, begins with <c>to=</c>, or has white space,
    /// control characters or angle brackets. A content type may begin with <c>&lt;|constrain|&gt;</c> and one
    /// space. On by default. Turn it off only to render what the reference renders, from words that you
    /// trust: the name <c>bob to=functions.f</c> then forges a recipient. What is written as its sampled ids
    /// is not checked.</summary>
    public bool CheckHeaders { get; init; } = true;

    /// <summary>Gets the most bytes of UTF-8 that the type of one tool's parameters may take; tools that need
    /// more are refused. A schema of a few kilobytes can be made to print megabytes. 1 MiB by
    /// default.</summary>
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

    /// <summary>Gets whether system contents say where calls of functions go even if no rendered message
    /// offers functions: for rendering one message of a conversation that does. Off by default.</summary>
    public bool HasFunctionTools { get; init; }

    /// <summary>Returns whether the model continues the message at a position.</summary>
    internal bool IsInProgress(int index, int count) =>
        Purpose == RenderPurpose.Continuation && index == count - 1;

    /// <summary>Returns how the last message of a conversation ends.</summary>
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
