using Harmony.Bpe;
using Harmony.Cli.Output;

namespace Harmony.Cli.Input;

/// <summary>The texts that a command reads, one after another.</summary>
internal sealed class TextInputs(
    StandardStreams streams, InputSource[] sources, BpeTokenizer tokenizer, EncodeOptions options)
{
    /// <summary>More than any special token's name has bytes: what two blocks of a file must share.</summary>
    private const int Overlap = 64;

    private readonly Stream?[] _opened = new Stream?[sources.Length];

    public InputSource[] Sources => sources;

    /// <summary>Starts reading a text.</summary>
    public TokenReader Open(int index) =>
        new(tokenizer, options, sources[index], _opened[index] ?? sources[index].Open(streams));

    /// <summary>Finds what is wrong with the texts before the first of them is encoded: files that cannot be
    /// read, and special text that is refused. What can be read only once, such as a pipe, is opened and not
    /// looked at.</summary>
    /// <exception cref="CommandException">A text cannot be read or is refused.</exception>
    public void Check()
    {
        for (int i = 0; i < sources.Length; i++)
        {
            Stream stream = sources[i].Open(streams);
            if (sources[i].IsStandardInput || !stream.CanSeek)
            {
                _opened[i] = stream;
                continue;
            }

            using (stream)
            {
                ThrowIfRefused(sources[i], stream);
            }
        }
    }

    private void ThrowIfRefused(InputSource source, Stream stream)
    {
        var utf8 = new byte[Math.Min(TokenReader.DefaultBufferSize, stream.Length + Overlap)];
        int length = 0;
        long offset = 0;
        int read;
        while ((read = source.Read(stream, utf8.AsSpan(length))) > 0)
        {
            length += read;
            try
            {
                tokenizer.ThrowIfRefused(utf8.AsSpan(0, length), options);
            }
            catch (SpecialTokenException e)
            {
                throw source.Refused(e, offset);
            }

            int kept = Math.Min(Overlap, length);
            utf8.AsSpan(length - kept, kept).CopyTo(utf8);
            offset += length - kept;
            length = kept;
        }
    }
}
