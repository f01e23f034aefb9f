namespace Harmony.Core;

/// <summary>A text that ends a message's text.</summary>
/// <param name="Text">The text; not empty.</param>
/// <param name="Channel">The channel on which it applies; null for all. One for the channel <c>final</c>, the
/// default, also applies to messages without a channel, since these are for the user as well.</param>
public readonly record struct StopString(string Text, string? Channel = Channels.Final)
{
    /// <summary>A stop string of the channel <c>final</c>.</summary>
    public static implicit operator StopString(string text) => FromString(text);

    /// <summary>A stop string of the channel <c>final</c>.</summary>
    public static StopString FromString(string text) => new(text);
}
