namespace Harmony.Bpe;

/// <summary>An id to decode is neither a ranked nor a special token's.</summary>
public sealed class UnknownTokenException : TokenizerException
{
    internal UnknownTokenException(int id, int index)
        : base($"Invalid token for decoding: {id} (at index {index}).")
    {
        Id = id;
        Index = index;
    }

    /// <summary>The unknown id.</summary>
    public int Id { get; }

    /// <summary>Its index among the ids.</summary>
    public int Index { get; }
}
