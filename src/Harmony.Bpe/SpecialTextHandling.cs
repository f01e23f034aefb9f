namespace Harmony.Bpe;

/// <summary>What encoding does with special text that is not allowed.</summary>
public enum SpecialTextHandling
{
    /// <summary>A <see cref="SpecialTokenException"/> names it and its place; nothing is encoded.</summary>
    Refuse,

    /// <summary>It is encoded like any other text.</summary>
    Ordinary,
}
