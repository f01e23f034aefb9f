namespace Harmony.Bpe;

/// <summary>A rank file or frozen vocabulary cannot be used: it is damaged, incomplete or not the expected
/// one.</summary>
public sealed class VocabularyException : TokenizerException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, and where.</param>
    /// <param name="line">The line of the rank file, from 1; 0 if the error is not in one line.</param>
    internal VocabularyException(string message, int line = 0)
        : base(message) => Line = line;

    /// <summary>The line of the rank file with the error, from 1; 0 if the error is not in one
    /// line.</summary>
    public int Line { get; }
}
