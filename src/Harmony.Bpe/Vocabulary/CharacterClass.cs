namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// What the splitting pattern needs to know of a code point. Every code point has exactly one class, except
/// that <see cref="Mark"/> comes with <see cref="Caseless"/>: the pattern allows a mark wherever it allows a
/// caseless letter. Each class is one bit, so that a vector kernel can test a whole block with one mask.
/// </summary>
[Flags]
internal enum CharacterClass : byte
{
    /// <summary>Not a code point: the end of the text.</summary>
    None = 0,

    /// <summary>\p{Ll}</summary>
    Lower = 1 << 0,

    /// <summary>\p{Lu} and \p{Lt}</summary>
    Upper = 1 << 1,

    /// <summary>\p{Lm}, \p{Lo} and \p{M}: fits both the upper and the lower part of a word.</summary>
    Caseless = 1 << 2,

    /// <summary>\p{N}</summary>
    Number = 1 << 3,

    /// <summary>Neither letter, mark, number nor white space; also each malformed byte.</summary>
    Other = 1 << 4,

    /// <summary>\s without CR and LF</summary>
    Space = 1 << 5,

    /// <summary>CR and LF</summary>
    Newline = 1 << 6,

    /// <summary>\p{M}; always together with <see cref="Caseless"/>.</summary>
    Mark = 1 << 7,
}
