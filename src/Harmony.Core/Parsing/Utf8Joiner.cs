using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Harmony.Core.Parsing;

/// <summary>
/// Makes well-formed text of tokens, whose bytes need not end where characters do: the beginning of a
/// character waits for its end, and what can't become a character is U+FFFD, one for each maximal malformed
/// sequence.
/// </summary>
internal struct Utf8Joiner
{
    private uint _waiting;
    private int _waitingCount;

    /// <summary>Whether a character has begun that is not complete.</summary>
    public readonly bool IsWaiting => _waitingCount > 0;

    public void Clear() => _waitingCount = 0;

    /// <summary>Appends a token's complete characters to a text.</summary>
    /// <returns>Whether all of it is well-formed, or may become so.</returns>
    public bool Append(ReadOnlySpan<byte> token, ref GrowingBuffer<byte> text)
    {
        int start = text.Count;
        AppendWaiting(ref text);
        text.Append(token);
        return Settle(start, ref text);
    }

    /// <summary>Ends the text: what waits becomes U+FFFD.</summary>
    /// <returns>Whether nothing waited.</returns>
    public bool Flush(ref GrowingBuffer<byte> text)
    {
        if (!IsWaiting)
        {
            return true;
        }

        _waitingCount = 0;
        text.Append("\uFFFD"u8);
        return false;
    }

    /// <summary>Makes the end of a text well-formed.</summary>
    /// <param name="start">From where on; a character begins here.</param>
    /// <param name="text">The text; what is incomplete at its end is taken away and waits.</param>
    /// <returns>Whether nothing was malformed.</returns>
    private bool Settle(int start, ref GrowingBuffer<byte> text)
    {
        if (Utf8.IsValid(text.Items[start..]))
        {
            return true;
        }

        bool isWellFormed = true;
        int at = start;
        while (at < text.Count)
        {
            OperationStatus status = Rune.DecodeFromUtf8(text.Items[at..], out _, out int length);
            if (status == OperationStatus.NeedMoreData)
            {
                Hold(text.Items[at..]);
                text.Truncate(at);
                break;
            }

            if (status == OperationStatus.InvalidData)
            {
                text.Replace(at, length, "\uFFFD"u8);
                length = "\uFFFD"u8.Length;
                isWellFormed = false;
            }

            at += length;
        }

        return isWellFormed;
    }

    private void Hold(ReadOnlySpan<byte> utf8)
    {
        _waitingCount = utf8.Length;
        _waiting = 0;
        for (int i = utf8.Length - 1; i >= 0; i--)
        {
            _waiting = _waiting << 8 | utf8[i];
        }
    }

    private void AppendWaiting(ref GrowingBuffer<byte> text)
    {
        for (; _waitingCount > 0; _waitingCount--)
        {
            text.Append((byte)_waiting);
            _waiting >>= 8;
        }
    }
}
