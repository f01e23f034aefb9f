namespace Harmony.Core.Parsing;

/// <summary>What a reader of headers did with the beginning of a word: it consumed some chars of it, or found
/// that content begins there.</summary>
internal readonly struct Consumption
{
    private Consumption(int length, HeaderPlace next, bool isContent)
    {
        Length = length;
        Next = next;
        IsContent = isContent;
    }

    /// <summary>Nothing was consumed; the word may be anything.</summary>
    public static Consumption Nothing => Of(0);

    /// <summary>The header is over: content begins here.</summary>
    public static Consumption Content => new(0, HeaderPlace.Any, isContent: true);

    /// <summary>How many chars were consumed; may be 0 if the place has changed.</summary>
    public int Length { get; }

    /// <summary>What the rest of the word, or else the next word, may be.</summary>
    public HeaderPlace Next { get; }

    /// <summary>Whether content begins here.</summary>
    public bool IsContent { get; }

    /// <summary>Some chars were consumed.</summary>
    public static Consumption Of(int length, HeaderPlace next = HeaderPlace.Any) =>
        new(length, next, isContent: false);
}
