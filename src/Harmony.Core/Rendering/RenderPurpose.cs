namespace Harmony.Core;

/// <summary>What a rendered conversation is for.</summary>
public enum RenderPurpose
{
    /// <summary>The messages and nothing else.</summary>
    History,

    /// <summary>A prompt: the messages, then the beginning of the next turn's header.</summary>
    Completion,

    /// <summary>A training example: a last message of the assistant on the channel <c>final</c> ends with
    /// <c>&lt;|return|&gt;</c>.</summary>
    Training,

    /// <summary>A prompt that ends inside the content of the last message, without an end token: the model
    /// continues a message, such as a prefilled answer or one that was cut off. The message does not end its
    /// turn, so that the turn's analysis stays.</summary>
    Continuation,
}
