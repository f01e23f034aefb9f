using Harmony.Bpe;

namespace Harmony.Core;

public sealed partial class HarmonyEncoding
{
    /// <summary>Encodes plain text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">What to do with text that spells special tokens; by default it is refused.</param>
    /// <returns>The ids, in a new array.</returns>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    public int[] Encode(ReadOnlySpan<char> text, EncodeOptions? options = null) =>
        Tokenizer.Encode(text, options);

    /// <summary>Decodes ids to text. Bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="UnknownTokenException">An id is no token.</exception>
    public string Decode(ReadOnlySpan<int> ids) => Tokenizer.Decode(ids);

    /// <summary>Decodes ids to text, which must be UTF-8.</summary>
    /// <exception cref="InvalidUtf8Exception">The bytes are not UTF-8.</exception>
    /// <exception cref="UnknownTokenException">An id is no token.</exception>
    public string DecodeStrict(ReadOnlySpan<int> ids) => Tokenizer.DecodeStrict(ids);
}
