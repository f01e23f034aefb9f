namespace Harmony.Core.Parsing;

/// <summary>Words of a header that nothing marks: the first two of them, and how many there are.</summary>
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
