namespace Harmony.Core;

/// <summary>What a rendered conversation is for.</summary>
public enum RenderPurpose
{
    /// <summary>The messages and nothing else.</summary>
    Messages,

    /// <summary>A prompt: behind the messages begins the next turn's header.</summary>
    Completion,

    /// <summary>A training example: a last message of the assistant on the channel <c>final</c> ends with
    /// <c>&lt;|return|&gt;</c>.</summary>
    Training,
}
