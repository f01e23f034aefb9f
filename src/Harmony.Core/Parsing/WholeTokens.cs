using System.Text.Unicode;
using Harmony.Bpe;

namespace Harmony.Core.Parsing;

/// <summary>
/// Which tokens are whole characters. Found out when it is first asked, a byte for each token, since asking
/// UTF-8 again for every id of a stream costs more than all else that an id needs. Thread-safe: whoever comes
/// first finds out the same.
/// </summary>
internal sealed class WholeTokens
{
    private const byte Whole = 1;
    private const byte NotWhole = 2;

    private static readonly WholeTokens OfHarmony = new(BpeTokenizer.O200kHarmony);

    private readonly BpeTokenizer _tokenizer;
    private readonly byte[] _answers;

    private WholeTokens(BpeTokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _answers = new byte[tokenizer.RankedTokenCount];
    }

    /// <summary>Those of a tokenizer; shared if it is the format's.</summary>
    public static WholeTokens Of(BpeTokenizer tokenizer) =>
        ReferenceEquals(tokenizer, OfHarmony._tokenizer) ? OfHarmony : new WholeTokens(tokenizer);

    /// <summary>Whether an id is a ranked token's whose bytes are well-formed UTF-8.</summary>
    public bool Contains(int id)
    {
        byte[] answers = _answers;
        return (uint)id < (uint)answers.Length
            && (answers[id] == Whole || (answers[id] == 0 && FindOut(id)));
    }

    private bool FindOut(int id)
    {
        bool isWhole = _tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token) && Utf8.IsValid(token);
        _answers[id] = isWhole ? Whole : NotWhole;
        return isWhole;
    }
}
