namespace Harmony.Bpe;

/// <summary>The input, or the decoded output, is malformed UTF-8.</summary>
public sealed class InvalidUtf8Exception : TokenizerException
{
    internal InvalidUtf8Exception(int byteOffset)
        : base($"Invalid utf-8: the sequence that starts at byte {byteOffset} is not well-formed.") =>
        ByteOffset = byteOffset;

    /// <summary>Where the first malformed sequence starts, in bytes from the start of the input or
    /// output.</summary>
    public int ByteOffset { get; }
}
