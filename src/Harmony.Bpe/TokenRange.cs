namespace Harmony.Bpe;

/// <summary>
/// A token and its place in the encoded text, in bytes of the text's UTF-8 and in chars of its UTF-16. The
/// ranges of all tokens follow one another without gap or overlap, from 0 to the text's length.
/// </summary>
/// <remarks>A token may begin or end inside a character. Its bytes are divided where they are; its chars
/// belong to the token that has the character's first byte, so that a token that only continues a character
/// has no chars. A lone surrogate counts as U+FFFD: three bytes, one char. In byte input each maximal
/// malformed sequence counts as one char, as it does in lossy decoding.</remarks>
/// <param name="Id">The id.</param>
/// <param name="ByteStart">Where the token starts, in bytes.</param>
/// <param name="ByteLength">How many bytes it has.</param>
/// <param name="CharStart">Where the token starts, in chars.</param>
/// <param name="CharLength">How many chars it has; 0 if it only continues a character.</param>
public readonly record struct TokenRange(
    int Id, int ByteStart, int ByteLength, int CharStart, int CharLength);
