using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>Which channels the system message tells the model to use.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record ChannelConfig
{
    /// <summary>Gets the channels' names, in the order in which they are written. If there are none, the system
    /// message says nothing about channels.</summary>
    public ValueList<string> ValidChannels { get; init; }

    /// <summary>Gets whether the model is told that every message needs a channel.</summary>
    public bool ChannelRequired { get; init; }

    /// <summary>Gets the channels of gpt-oss, required: analysis, commentary, final.</summary>
    public static ChannelConfig Default { get; } =
        Require(Channels.Analysis, Channels.Commentary, Channels.Final);

    /// <summary>Creates a config that demands one of these channels in every message.</summary>
    public static ChannelConfig Require(params ReadOnlySpan<string> channels) =>
        new() { ValidChannels = ValueList.Create(channels), ChannelRequired = true };
}
