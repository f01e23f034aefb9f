namespace Harmony.Core.Rendering;

/// <summary>How a message is brought to its end.</summary>
internal enum MessageEnding
{
    /// <summary>As the format asks in a history.</summary>
    Usual,

    /// <summary>With the return marker, as a training target.</summary>
    Return,

    /// <summary>Not at all: the model continues it.</summary>
    Open,
}
