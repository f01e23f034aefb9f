using Harmony.Core.Rendering;

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

    /// <summary>A prompt that ends inside the last message, which the model continues; old analysis
    /// dropped.</summary>
    public static RenderOptions Continuation { get; } = new() { Purpose = RenderPurpose.Continuation };

    /// <summary>What the ids are for.</summary>
    public RenderPurpose Purpose { get; init; }

    /// <summary>Whose turn is next; counts only for <see cref="RenderPurpose.Completion"/>.</summary>
    public Role NextRole { get; init; } = Role.Assistant;

    /// <summary>Which messages on the channel <c>analysis</c> are left out. By default as the reference
    /// does.</summary>
    public AnalysisPolicy Analysis { get; init; }

    /// <summary>The reference's switch in short: off is <see cref="AnalysisPolicy.KeepAll"/>, on is
    /// <see cref="AnalysisPolicy.DropBeforeFirstFinal"/>. On by default, as in the reference's user-facing
    /// API.</summary>
    public bool DropAnalysis
    {
        get => Analysis != AnalysisPolicy.KeepAll;
        init => Analysis = value ? AnalysisPolicy.DropBeforeFirstFinal : AnalysisPolicy.KeepAll;
    }

    /// <summary>Whether a message that was sampled is written as the ids in
    /// <see cref="Message.SampledIds"/>, so that the model sees again what it gave, and not tokenized again.
    /// On by default. Of these ids only the last may change: <c>&lt;|return|&gt;</c> becomes the token with
    /// which the format ends the message in a history, and a message that no token ended gets that
    /// one.</summary>
    public bool UseSampledIds { get; init; } = true;

    /// <summary>Whether a message, by its place among so many, is the one that the model is to
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
