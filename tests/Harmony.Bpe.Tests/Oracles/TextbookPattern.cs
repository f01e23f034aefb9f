namespace Harmony.Bpe.Tests.Oracles;

/// <summary>A regular expression as a tree, matched by backtracking over code points: each node tries its ways in
/// the order of preference and asks what follows whether it can go on from there.</summary>
internal abstract class TextbookPattern
{
    /// <summary>The end of the preferred match at a position, or −1.</summary>
    public int Match(int[] codePoints, int start)
    {
        int end = -1;
        return Match(codePoints, start, position => (end = position) >= 0) ? end : -1;
    }

    /// <summary>Whether this, followed by what <paramref name="next"/> stands for, matches.</summary>
    protected abstract bool Match(int[] codePoints, int position, Func<int, bool> next);

    /// <summary>One code point out of a set; the last element of the set is for invalid bytes.</summary>
    public sealed class Set(bool[] contains) : TextbookPattern
    {
        public bool[] Members { get; } = contains;

        public bool Fits(int[] codePoints, int position) =>
            position < codePoints.Length && Members[codePoints[position]];

        protected override bool Match(int[] codePoints, int position, Func<int, bool> next) =>
            Fits(codePoints, position) && next(position + 1);
    }

    /// <summary>A set, between <paramref name="least"/> and <paramref name="most"/> times, rather more than
    /// fewer.</summary>
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

    /// <summary>Something, rather than nothing.</summary>
    public sealed class Optional(TextbookPattern inner) : TextbookPattern
    {
        protected override bool Match(int[] codePoints, int position, Func<int, bool> next) =>
            inner.Match(codePoints, position, next) || next(position);
    }

    /// <summary>One after the other.</summary>
    public sealed class Sequence(TextbookPattern[] parts) : TextbookPattern
    {
        protected override bool Match(int[] codePoints, int position, Func<int, bool> next) =>
            MatchFrom(0, codePoints, position, next);

        private bool MatchFrom(int part, int[] codePoints, int position, Func<int, bool> next) =>
            part == parts.Length
                ? next(position)
                : parts[part].Match(codePoints, position, after => MatchFrom(part + 1, codePoints, after, next));
    }

    /// <summary>The first of several that can go on.</summary>
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

    /// <summary>Nothing, where something does not match.</summary>
    public sealed class NotAhead(TextbookPattern inner) : TextbookPattern
    {
        protected override bool Match(int[] codePoints, int position, Func<int, bool> next) =>
            !inner.Match(codePoints, position, static _ => true) && next(position);
    }
}
