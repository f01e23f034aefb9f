namespace Harmony.Bpe;

/// <summary>What to do with special text that is not allowed.</summary>
public enum SpecialTextHandling
{
    /// <summary>Throw a <see cref="SpecialTokenException"/>, which has its name and position; nothing is
    /// encoded.</summary>
    Refuse,

    /// <summary>Encode it like any other text.</summary>
    Ordinary,
}
