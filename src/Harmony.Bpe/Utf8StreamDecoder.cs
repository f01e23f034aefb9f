using System.Text;
using System.Text.Unicode;
using Harmony.Bpe.Text;

namespace Harmony.Bpe;

/// <summary>
/// Decodes ids one at a time, as a model samples them, to text that is always complete characters: the
/// beginning of a character waits for its end. All pieces of text together are what decoding all ids at once
/// gives.
/// </summary>
/// <remarks>Holds the state of one stream: not thread-safe, one instance for each. Allocates only when it is
/// created and when a token is longer than any before.</remarks>
public sealed class Utf8StreamDecoder
{
    private const int ReplacementLength = 3;

    private readonly BpeTokenizer _tokenizer;

    // What was returned last, then the bytes of an incomplete character.
    private byte[] _pending = new byte[256];
    private byte[] _replaced = [];
    private int _pendingStart;
    private int _pendingLength;

    /// <summary>Starts a stream.</summary>
    /// <param name="tokenizer">The tokenizer that the ids are of.</param>
    public Utf8StreamDecoder(BpeTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
    }

    /// <summary>How many bytes wait for the rest of their character: 0 to 3.</summary>
    internal int PendingBytes => _pendingLength;

    /// <summary>Decodes the next id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The text that is now complete, as well-formed UTF-8, often empty; bytes that can't become a
    /// character are U+FFFD. Valid until the next call.</returns>
    /// <exception cref="UnknownTokenException">No token has this id; the stream is as it was
    /// before.</exception>
    public ReadOnlySpan<byte> Append(int id)
    {
        ReadOnlySpan<byte> token = _tokenizer.GetTokenBytes(id);
        int length = _pendingLength + token.Length;

        // What was returned last time lies in front of what waits: only now may it be overwritten.
        _pending.AsSpan(_pendingStart, _pendingLength).CopyTo(_pending);
        if (length > _pending.Length)
        {
            Array.Resize(ref _pending, length);
        }

        token.CopyTo(_pending.AsSpan(_pendingLength));
        ReadOnlySpan<byte> bytes = _pending.AsSpan(0, length);
        _pendingLength = Utf8Sequence.IncompleteTailLength(bytes);
        _pendingStart = length - _pendingLength;
        return WellFormed(bytes[.._pendingStart]);
    }

    /// <summary>Decodes the next id to a string, which is empty if no character is complete.</summary>
    /// <inheritdoc cref="Append"/>
    /// <returns>The text that is now complete.</returns>
    public string AppendText(int id) => Encoding.UTF8.GetString(Append(id));

    /// <summary>Ends the stream: what waits becomes U+FFFD. The decoder can then begin another
    /// stream.</summary>
    /// <returns>The last text; empty if nothing waited. Valid until the next call.</returns>
    public ReadOnlySpan<byte> Flush()
    {
        bool waiting = _pendingLength > 0;
        Reset();
        return waiting ? "\uFFFD"u8 : default;
    }

    /// <summary>Forgets what waits, to begin another stream.</summary>
    public void Reset()
    {
        _pendingLength = 0;
        _pendingStart = 0;
    }

    private ReadOnlySpan<byte> WellFormed(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return bytes;
        }

        if (_replaced.Length < bytes.Length * ReplacementLength)
        {
            _replaced = new byte[bytes.Length * ReplacementLength];
        }

        int written = 0;
        while (!bytes.IsEmpty)
        {
            // A malformed sequence decodes to U+FFFD, whose UTF-8 is what takes its place.
            Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed);
            written += rune.EncodeToUtf8(_replaced.AsSpan(written));
            bytes = bytes[consumed..];
        }

        return _replaced.AsSpan(0, written);
    }
}
