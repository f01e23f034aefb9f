namespace Harmony.Bpe;

/// <summary>
/// A token and its range in the encoded text, in bytes of UTF-8 and in chars of UTF-16. The ranges of all
/// tokens follow one another without gap or overlap, from 0 to the length of the text.
/// </summary>
/// <remarks>A token can start or end inside a character. The chars of a character belong to the token with
/// its first byte, so a token that only continues a character has no chars. A lone surrogate is U+FFFD: three
/// bytes, one char. In UTF-8 input each maximal malformed sequence is one char, as in lossy
/// decoding.</remarks>
/// <param name="Id">The id.</param>
/// <param name="ByteStart">Where the token starts, in bytes.</param>
/// <param name="ByteLength">Its length, in bytes.</param>
/// <param name="CharStart">Where the token starts, in chars.</param>
/// <param name="CharLength">Its length, in chars; 0 if it only continues a character.</param>
public readonly record struct TokenRange(
    int Id, int ByteStart, int ByteLength, int CharStart, int CharLength);
