using System.Text;
using System.Text.Unicode;
using Harmony.Bpe.Text;

namespace Harmony.Bpe;

/// <summary>
/// Decodes ids one at a time, as a model samples them, to text of whole characters: the first bytes of a
/// character wait for the rest. All texts together equal the text of all ids decoded at once.
/// </summary>
/// <remarks>It holds the state of one stream and is not thread-safe; use one instance for each stream. It
/// allocates only when it is created, and when a token is longer than all before.</remarks>
/// <example><code>
/// var decoder = new Utf8StreamDecoder(BpeTokenizer.O200kHarmony);
/// foreach (int id in sampled)
/// {
///     Console.Write(decoder.AppendText(id));
/// }
/// </code></example>
public sealed class Utf8StreamDecoder
{
    private const int ReplacementLength = 3;

    private readonly BpeTokenizer _tokenizer;

    // The bytes that were returned last, then those of an incomplete character.
    private byte[] _pending = new byte[256];
    private byte[] _replaced = [];
    private int _pendingStart;
    private int _pendingLength;

    /// <summary>Starts a stream.</summary>
    /// <param name="tokenizer">The tokenizer that the ids belong to.</param>
    public Utf8StreamDecoder(BpeTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
    }

    /// <summary>The number of bytes, 0 to 3, that wait for the rest of their character.</summary>
    internal int PendingBytes => _pendingLength;

    /// <summary>Decodes the next id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The text that is now complete, in well-formed UTF-8; empty if no character is. Malformed
    /// bytes become U+FFFD. The span is valid until the next call.</returns>
    /// <exception cref="UnknownTokenException">No token has this id; the stream is unchanged.</exception>
    public ReadOnlySpan<byte> Append(int id)
    {
        ReadOnlySpan<byte> token = _tokenizer.GetTokenBytes(id);
        int length = _pendingLength + token.Length;

        // The bytes returned last are before the waiting ones. Only now may they be overwritten.
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

    /// <summary>Decodes the next id to a string.</summary>
    /// <inheritdoc cref="Append"/>
    /// <returns>The text that is now complete; empty if no character is.</returns>
    public string AppendText(int id) => Encoding.UTF8.GetString(Append(id));

    /// <summary>Ends the stream. The decoder can then start another one.</summary>
    /// <returns>U+FFFD if a character was not completed; else empty. The span is valid until the next
    /// call.</returns>
    public ReadOnlySpan<byte> Flush()
    {
        bool waiting = _pendingLength > 0;
        Reset();
        return waiting ? "\uFFFD"u8 : default;
    }

    /// <summary>Drops the bytes that wait, to start another stream.</summary>
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
            // A malformed sequence decodes to U+FFFD, which replaces it.
            Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed);
            written += rune.EncodeToUtf8(_replaced.AsSpan(written));
            bytes = bytes[consumed..];
        }

        return _replaced.AsSpan(0, written);
    }
}
