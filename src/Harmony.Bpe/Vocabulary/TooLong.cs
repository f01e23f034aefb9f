namespace Harmony.Bpe.Vocabulary;

/// <summary>Exceptions for texts that are too long for an <see cref="int"/> or an array.</summary>
internal static class TooLong
{
    /// <summary>Throws for a piece whose merging needs a longer array than there can be.</summary>
    /// <param name="bytes">The piece's length.</param>
    /// <param name="perByte">The elements of the array for each byte.</param>
    public static void ThrowIfPieceExceedsArray(int bytes, int perByte = 1)
    {
        if (bytes > Array.MaxLength / perByte)
        {
            throw Piece(Array.MaxLength / perByte);
        }
    }

    /// <summary>A text has a piece that is too long.</summary>
    public static OverflowException Piece(int most) =>
        new($"The text has a piece (a word, roughly) of more than {most} bytes of UTF-8, "
            + "which cannot be encoded at once: break it up.");

    /// <summary>A text has too many ids.</summary>
    public static OverflowException Ids(int most) =>
        new($"The text has more than {most} ids: encode it in parts.");

    /// <summary>A text is too long as UTF-8.</summary>
    public static OverflowException Utf8() =>
        new($"The text has more than {Array.MaxLength} bytes of UTF-8: give it in parts.");

    /// <summary>Ids decode to too long a text.</summary>
    public static OverflowException Decoded(string most) =>
        new($"The ids decode to more than {most}: decode them in parts.");
}
