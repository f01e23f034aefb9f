namespace Harmony.Bpe;

/// <summary>An id to decode is neither a ranked nor a special token of the vocabulary.</summary>
public sealed class UnknownTokenException : TokenizerException
{
    internal UnknownTokenException(int id, int index)
        : base($"Invalid token for decoding: {id} (at index {index}).")
    {
        Id = id;
        Index = index;
    }

    /// <summary>The id at fault.</summary>
    public int Id { get; }

    /// <summary>Its position among the ids.</summary>
    public int Index { get; }
}
