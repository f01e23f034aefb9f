using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe;

namespace Harmony.Core.Rendering;

/// <summary>The pieces of headers that are the same in every conversation. Each is encoded when it is first
/// needed, not when the encoding is loaded. Thread-safe: two threads may encode one at once; either result
/// can stay.</summary>
internal sealed class FixedPieces
{
    /// <summary>The pieces of both dialects.</summary>
    public static readonly FixedPieces Shared = new();

    private readonly int[]?[] _starts = new int[]?[RoleExtensions.Count];
    private int[]? _analysis;
    private int[]? _commentary;
    private int[]? _final;
    private int[]? _constrainMarker;
    private int[]? _constrainedJson;

    /// <summary>A space and the constrain marker.</summary>
    public ReadOnlySpan<int> ConstrainMarker =>
        _constrainMarker ??= [.. Encode(" "), FormatTokens.Constrain];

    /// <summary>The start marker and a role's word.</summary>
    public ReadOnlySpan<int> StartOf(Role role) =>
        _starts[(int)role] ??= [FormatTokens.Start, .. Encode(role.ToWord())];

    /// <summary>The channel marker and a channel's name; empty if the channel is none of the usual.</summary>
    public ReadOnlySpan<int> FindChannel(string channel) => channel switch
    {
        Channels.Analysis => _analysis ??= EncodeChannel(channel),
        Channels.Commentary => _commentary ??= EncodeChannel(channel),
        Channels.Final => _final ??= EncodeChannel(channel),
        _ => default,
    };

    /// <summary>A space and a content type; empty if the content type is not the usual.</summary>
    public ReadOnlySpan<int> FindContentType(string contentType) =>
        contentType == ContentTypes.Json
            ? _constrainedJson ??= [.. ConstrainMarker, .. Encode("json")]
            : default(ReadOnlySpan<int>);

    private static int[] EncodeChannel(string channel) => [FormatTokens.Channel, .. Encode(channel)];

    // Through a buffer writer, as a message's text: a process's first prompt then compiles one path, not two.
    private static int[] Encode(string text)
    {
        using var ids = new ArrayPoolBufferWriter<int>();
        BpeTokenizer.O200kHarmony.Encode(text, ids, EncodeOptions.Ordinary);
        return ids.WrittenSpan.ToArray();
    }
}
