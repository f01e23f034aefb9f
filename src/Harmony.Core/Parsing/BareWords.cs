namespace Harmony.Core.Parsing;

/// <summary>The words of a header that no marker and no prefix precedes: the first two of them, and their
/// number.</summary>
internal struct BareWords
{
    public int Count;
    public HeaderWord First;
    public HeaderWord Second;

    public void Add(HeaderWord word)
    {
        if (Count == 0)
        {
            First = word;
        }
        else if (Count == 1)
        {
            Second = word;
        }

        Count++;
    }
}
