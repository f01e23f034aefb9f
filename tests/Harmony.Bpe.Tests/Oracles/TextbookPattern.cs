namespace Harmony.Bpe.Tests.Oracles;

/// <summary>A regular expression as a tree, matched by backtracking over code points. Each node tries its
/// alternatives in order of preference, and continues with the rest of the expression.</summary>
internal abstract class TextbookPattern
{
    /// <summary>The end of the preferred match at a position, or −1.</summary>
    public int Match(int[] codePoints, int start)
    {
        int end = -1;
        return Match(codePoints, start, position => (end = position) >= 0) ? end : -1;
    }

    /// <summary>Whether this matches, followed by what <paramref name="next"/> matches.</summary>
    protected abstract bool Match(int[] codePoints, int position, Func<int, bool> next);

    /// <summary>One code point of a set; the last element of the set stands for invalid bytes.</summary>
    public sealed class Set(bool[] contains) : TextbookPattern
    {
        public bool[] Members { get; } = contains;

        public bool Fits(int[] codePoints, int position) =>
            position < codePoints.Length && Members[codePoints[position]];

        protected override bool Match(int[] codePoints, int position, Func<int, bool> next) =>
            Fits(codePoints, position) && next(position + 1);
    }

    /// <summary>A set, <paramref name="least"/> to <paramref name="most"/> times, preferably more.</summary>
    public sealed class Repeat(Set set, int least, int most) : TextbookPattern
    {
        protected override bool Match(int[] codePoints, int position, Func<int, bool> next)
        {
            int count = 0;
            while (count < most && set.Fits(codePoints, position + count))
            {
                count++;
            }

            for (; count >= least; count--)
            {
                if (next(position + count))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>An optional part, preferably present.</summary>
    public sealed class Optional(TextbookPattern inner) : TextbookPattern
    {
        protected override bool Match(int[] codePoints, int position, Func<int, bool> next) =>
            inner.Match(codePoints, position, next) || next(position);
    }

    /// <summary>A sequence.</summary>
    public sealed class Sequence(TextbookPattern[] parts) : TextbookPattern
    {
        protected override bool Match(int[] codePoints, int position, Func<int, bool> next) =>
            MatchFrom(0, codePoints, position, next);

        private bool MatchFrom(int part, int[] codePoints, int position, Func<int, bool> next) =>
            part == parts.Length
                ? next(position)
                : parts[part].Match(codePoints, position, after => MatchFrom(part + 1, codePoints, after, next));
    }

    /// <summary>The first alternative that leads to a match.</summary>
    public sealed class Alternation(TextbookPattern[] alternatives) : TextbookPattern
    {
        protected override bool Match(int[] codePoints, int position, Func<int, bool> next)
        {
            foreach (TextbookPattern alternative in alternatives)
            {
                if (alternative.Match(codePoints, position, next))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>A negative lookahead.</summary>
    public sealed class NotAhead(TextbookPattern inner) : TextbookPattern
    {
        protected override bool Match(int[] codePoints, int position, Func<int, bool> next) =>
            !inner.Match(codePoints, position, static _ => true) && next(position);
    }
}
