using System.Text.Unicode;
using Harmony.Bpe;

namespace Harmony.Core.Parsing;

/// <summary>
/// Tells which tokens of the format are whole characters, and which of those may begin a marker that is
/// spelled as text. It classifies a token when it first comes and keeps the answer in a byte, since
/// validating UTF-8 for each id of a stream costs more than everything else that an id needs. Thread-safe:
/// threads that race write the same answer.
/// </summary>
internal static class WholeTokens
{
    private static readonly TokenKind[] Kinds = new TokenKind[FormatTokens.FirstSpecial];

    /// <summary>The kind of any id, token or not.</summary>
    public static TokenKind KindOf(int id)
    {
        TokenKind[] kinds = Kinds;
        return (uint)id < (uint)kinds.Length && kinds[id] != TokenKind.Unknown ? kinds[id] : Classify(id);
    }

    private static TokenKind Classify(int id)
    {
        if (!FormatTokens.IsOrdinary(id))
        {
            return TokenKind.Part;
        }

        BpeTokenizer.O200kHarmony.TryGetTokenBytes(id, out ReadOnlySpan<byte> token);
        TokenKind kind = !Utf8.IsValid(token) ? TokenKind.Part
            : token.Contains((byte)'<') ? TokenKind.WholeWithAngle
            : TokenKind.Whole;
        Kinds[id] = kind;
        return kind;
    }
}
