namespace Harmony.Bpe.Tests.Oracles;

/// <summary>The splitting pattern, as the reference spells it, run by a backtracking matcher.</summary>
internal static class TextbookSplitter
{
    private const string Pattern =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|\p{N}{1,3}"
        + @"| ?[^\s\p{L}\p{N}]+[\r\n/]*"
        + @"|\s*[\r\n]+"
        + @"|\s+(?!\S)"
        + @"|\s+";

    private static readonly TextbookPattern Parsed = TextbookPatternParser.Parse(Pattern);

    /// <summary>The ends of the pieces, in bytes.</summary>
    public static List<int> Split(ReadOnlySpan<byte> utf8)
    {
        (int[] codePoints, int[] starts) = TextbookUtf8.Decode(utf8);
        var ends = new List<int>();
        for (int at = 0; at < codePoints.Length;)
        {
            at = Parsed.Match(codePoints, at);
            if (at < 0)
            {
                throw new InvalidOperationException("The pattern matches everywhere, but did not.");
            }

            ends.Add(starts[at]);
        }

        return ends;
    }
}
