using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Harmony.Core.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// Joins the bytes of tokens, which need not end where characters do, to well-formed UTF-8. An incomplete
/// character at the end waits for the next token. Each maximal malformed sequence becomes one U+FFFD.
/// </summary>
internal struct Utf8Joiner
{
    // The bytes of an incomplete character, the first one lowest.
    private uint _waiting;
    private int _waitingCount;

    /// <summary>Whether a character is incomplete.</summary>
    public readonly bool IsWaiting => _waitingCount > 0;

    /// <summary>Forgets the incomplete character.</summary>
    public void Clear() => _waitingCount = 0;

    /// <summary>Appends the characters that a token completes to a text.</summary>
    /// <returns>False if something in them is malformed.</returns>
    public bool Append(ReadOnlySpan<byte> token, ref GrowingBuffer<byte> text)
    {
        int start = text.Count;
        AppendWaiting(ref text);
        text.Append(token);
        return Repair(start, ref text);
    }

    /// <summary>Ends the text: an incomplete character becomes U+FFFD.</summary>
    /// <returns>False if a character was incomplete.</returns>
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

    /// <summary>Makes the end of a text well-formed, and removes an incomplete character from it.</summary>
    /// <param name="start">Where it begins; a character begins here.</param>
    /// <param name="text">The text.</param>
    /// <returns>False if something in it was malformed.</returns>
    private bool Repair(int start, ref GrowingBuffer<byte> text)
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
