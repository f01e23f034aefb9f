namespace Harmony.Bpe;

/// <summary>The base of this library's exceptions. The message has the offending value and its
/// position.</summary>
public abstract class TokenizerException : Exception
{
    private protected TokenizerException(string message)
        : base(message)
    {
    }

    private protected TokenizerException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
