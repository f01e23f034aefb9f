namespace Harmony.Bpe;

/// <summary>
/// The text to encode spells a special token that the options refuse. That is the default: untrusted text
/// must not be able to forge the structure of a prompt.
/// </summary>
public sealed class SpecialTokenException : TokenizerException
{
    internal SpecialTokenException(string name, int index)
        : base($"The text spells the special token {name} at index {index}. To encode it as ordinary text "
            + "pass EncodeOptions.Ordinary; to turn it into its id pass EncodeOptions.AllSpecial or "
            + "EncodeOptions.Allow.")
    {
        Name = name;
        Index = index;
    }

    /// <summary>The name of the special token, such as <c>&lt;|end|&gt;</c>.</summary>
    public string Name { get; }

    /// <summary>Where it starts in the input: in chars of UTF-16, or bytes of UTF-8.</summary>
    public int Index { get; }
}
