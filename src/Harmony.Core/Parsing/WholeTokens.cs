using System.Text.Unicode;
using Harmony.Bpe;

namespace Harmony.Core.Parsing;

/// <summary>
/// Which tokens are whole characters, and which of those may begin a marker that is spelled as text. Found out
/// when it is first asked, a byte for each token, since asking UTF-8 again for every id of a stream costs more
/// than all else that an id needs. Thread-safe: whoever comes first finds out the same.
/// </summary>
internal sealed class WholeTokens
{
    private static readonly WholeTokens OfHarmony = new(BpeTokenizer.O200kHarmony);

    private readonly BpeTokenizer _tokenizer;
    private readonly TokenKind[] _kinds;

    private WholeTokens(BpeTokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _kinds = new TokenKind[tokenizer.RankedTokenCount];
    }

    /// <summary>Those of a tokenizer; shared if it is the format's.</summary>
    public static WholeTokens Of(BpeTokenizer tokenizer) =>
        ReferenceEquals(tokenizer, OfHarmony._tokenizer) ? OfHarmony : new WholeTokens(tokenizer);

    /// <summary>What an id is, be it a token or not.</summary>
    public TokenKind KindOf(int id)
    {
        TokenKind[] kinds = _kinds;
        if ((uint)id < (uint)kinds.Length && kinds[id] != TokenKind.Unknown)
        {
            return kinds[id];
        }

        return FindOut(id);
    }

    private TokenKind FindOut(int id)
    {
        if ((uint)id >= (uint)_kinds.Length)
        {
            return TokenKind.Part;
        }

        _tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token);
        TokenKind kind = !Utf8.IsValid(token) ? TokenKind.Part
            : token.Contains((byte)'<') ? TokenKind.WholeWithAngle
            : TokenKind.Whole;
        _kinds[id] = kind;
        return kind;
    }
}
