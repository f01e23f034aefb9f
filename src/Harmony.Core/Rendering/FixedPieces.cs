using Harmony.Bpe;

namespace Harmony.Core.Rendering;

/// <summary>The pieces of headers that are the same in every conversation, encoded once.</summary>
internal sealed class FixedPieces
{
    private const string Constrained = FormatTokens.ConstrainText + "json";

    private readonly int[][] _starts = new int[RoleWords.Count][];
    private readonly int[] _analysis;
    private readonly int[] _commentary;
    private readonly int[] _final;
    private readonly int[] _constrainedJson;

    public FixedPieces(BpeTokenizer tokenizer)
    {
        for (int i = 0; i < RoleWords.Count; i++)
        {
            _starts[i] = [FormatTokens.Start, .. Encode(tokenizer, ((Role)i).ToWord())];
        }

        _analysis = [FormatTokens.Channel, .. Encode(tokenizer, Channels.Analysis)];
        _commentary = [FormatTokens.Channel, .. Encode(tokenizer, Channels.Commentary)];
        _final = [FormatTokens.Channel, .. Encode(tokenizer, Channels.Final)];
        ConstrainMarker = [.. Encode(tokenizer, " "), FormatTokens.Constrain];
        _constrainedJson = [.. ConstrainMarker, .. Encode(tokenizer, "json")];
    }

    /// <summary>A space and the constrain marker.</summary>
    public int[] ConstrainMarker { get; }

    /// <summary>The start marker and a role's word.</summary>
    public ReadOnlySpan<int> StartOf(Role role) => _starts[(int)role];

    /// <summary>The channel marker and a channel's name; empty if the channel is none of the usual.</summary>
    public ReadOnlySpan<int> FindChannel(string channel) => channel switch
    {
        Channels.Analysis => _analysis,
        Channels.Commentary => _commentary,
        Channels.Final => _final,
        _ => default,
    };

    /// <summary>A space and a content type; empty if the content type is not the usual.</summary>
    public ReadOnlySpan<int> FindContentType(string contentType) =>
        contentType == Constrained ? _constrainedJson : default;

    private static int[] Encode(BpeTokenizer tokenizer, string text) =>
        tokenizer.Encode(text, EncodeOptions.Ordinary);
}
