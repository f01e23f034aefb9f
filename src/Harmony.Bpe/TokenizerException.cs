namespace Harmony.Bpe;

/// <summary>Base of the exceptions of this library; the message names the value and its place.</summary>
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
