namespace Harmony.Core;

/// <summary>How a conversation is rendered. Immutable; the ready-made ones cover most uses.</summary>
public sealed record RenderOptions
{
    /// <summary>The messages and nothing else, old analysis dropped.</summary>
    public static RenderOptions Messages { get; } = new();

    /// <summary>A prompt for the assistant's next turn, old analysis dropped.</summary>
    public static RenderOptions Completion { get; } = new() { Purpose = RenderPurpose.Completion };

    /// <summary>A training example, old analysis dropped.</summary>
    public static RenderOptions Training { get; } = new() { Purpose = RenderPurpose.Training };

    /// <summary>What the ids are for.</summary>
    public RenderPurpose Purpose { get; init; }

    /// <summary>Whose turn is next; counts only for <see cref="RenderPurpose.Completion"/>.</summary>
    public Role NextRole { get; init; } = Role.Assistant;

    /// <summary>Whether messages on the channel <c>analysis</c> that precede the first message on
    /// <c>final</c> are left out, provided that the assistant's last message is on <c>final</c>. On by
    /// default, as in the reference's user-facing API.</summary>
    public bool DropAnalysis { get; init; } = true;

    /// <summary>Whether a message that was sampled is written as the ids in
    /// <see cref="Message.SampledIds"/>, so that the model sees again what it gave, and not tokenized again. On
    /// by default. Of these ids only the last may change: <c>&lt;|return|&gt;</c> becomes the token with which
    /// the format ends the message in a history, and a message that no token ended gets that one.</summary>
    public bool UseSampledIds { get; init; } = true;

    internal static RenderOptions CompletionBy(Role role) =>
        role == Role.Assistant ? Completion : Completion with { NextRole = role };
}
