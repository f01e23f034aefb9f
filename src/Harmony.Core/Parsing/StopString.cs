namespace Harmony.Core;

/// <summary>A string that ends a message's text.</summary>
/// <param name="Text">The string; not empty.</param>
/// <param name="Channel">The channel on which it applies; null for all. A string for <c>final</c>, the
/// default, also applies to messages without a channel, which are for the user as well.</param>
public readonly record struct StopString(string Text, string? Channel = Channels.Final)
{
    /// <summary>Creates a stop string for the channel <c>final</c>.</summary>
    public static implicit operator StopString(string text) => FromString(text);

    /// <summary>Creates a stop string for the channel <c>final</c>.</summary>
    public static StopString FromString(string text) => new(text);
}
