using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>Which channels the system message tells the model to use.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record ChannelConfig
{
    /// <summary>The channels' names, in the order in which they are written. If there are none, the system
    /// message says nothing about channels.</summary>
    public ValueList<string> ValidChannels { get; init; }

    /// <summary>Whether the model is told that every message needs a channel.</summary>
    public bool ChannelRequired { get; init; }

    /// <summary>The channels of gpt-oss, required: analysis, commentary, final.</summary>
    public static ChannelConfig Default { get; } =
        Require(Channels.Analysis, Channels.Commentary, Channels.Final);

    /// <summary>These channels, one of which every message must have.</summary>
    public static ChannelConfig Require(params ReadOnlySpan<string> channels) =>
        new() { ValidChannels = ValueList.Create(channels), ChannelRequired = true };
}
