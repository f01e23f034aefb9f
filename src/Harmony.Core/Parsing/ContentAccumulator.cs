using System.Buffers;
using System.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// The content of one message in the making. Ids bring bytes, and bytes need not end where characters do:
/// complete characters are appended to the text, the rest waits. Nothing is ever decoded twice, and the cost
/// of an id does not depend on how much text there is.
/// </summary>
internal struct ContentAccumulator
{
    private static readonly byte[] Replacement = [0xEF, 0xBF, 0xBD];

    private GrowingBuffer<byte> _text = new();
    private GrowingBuffer<byte> _waiting = new();
    private int _waitingFrom;
    private int _deltaFrom;
    private bool _broken;

    public ContentAccumulator()
    {
    }

    /// <summary>The text so far; always well-formed.</summary>
    public readonly ReadOnlySpan<byte> Utf8 => _text.Items;

    /// <summary>What the last append added to the text; empty for nothing.</summary>
    public readonly ReadOnlySpan<byte> DeltaUtf8 => _text.Items[_deltaFrom..];

    public void Clear()
    {
        _text.Clear();
        _waiting.Clear();
        _waitingFrom = 0;
        _deltaFrom = 0;
        _broken = false;
    }

    /// <summary>Takes an id that is no token: from here on nothing of the message is decoded, as in the
    /// reference.
    /// </summary>
    public void AppendUnknown()
    {
        _broken = true;
        _deltaFrom = _text.Count;
    }

    /// <summary>Takes a token's bytes.</summary>
    public void Append(ReadOnlySpan<byte> token)
    {
        _deltaFrom = _text.Count;
        if (_broken)
        {
            return;
        }

        if (_waitingFrom == _waiting.Count && System.Text.Unicode.Utf8.IsValid(token))
        {
            _text.Append(token);
        }
        else
        {
            _waiting.Append(token);
            Drain();
        }
    }

    /// <summary>The message's text at its end, with what was waiting.</summary>
    public readonly string Finish()
    {
        string text = Encoding.UTF8.GetString(_text.Items);
        if (!_broken && _waitingFrom == _waiting.Count)
        {
            return text;
        }

        string waiting = Encoding.UTF8.GetString(_waiting.Items[_waitingFrom..]);
        return _broken ? text + "\uFFFD" + waiting : text + waiting;
    }

    /// <summary>Moves what is complete into the text, up to and including the first malformed sequence. What
    /// follows that sequence waits for the next id, even if it is well-formed: so the reference
    /// does.</summary>
    private void Drain()
    {
        ReadOnlySpan<byte> waiting = _waiting.Items[_waitingFrom..];
        int valid = 0;
        OperationStatus status = OperationStatus.Done;
        int malformed = 0;
        while (valid < waiting.Length)
        {
            status = Rune.DecodeFromUtf8(waiting[valid..], out _, out int consumed);
            if (status != OperationStatus.Done)
            {
                malformed = consumed;
                break;
            }

            valid += consumed;
        }

        _text.Append(waiting[..valid]);
        _waitingFrom += valid;
        if (status == OperationStatus.InvalidData)
        {
            _text.Append(Replacement);
            _waitingFrom += malformed;
        }

        if (_waitingFrom == _waiting.Count)
        {
            _waiting.Clear();
            _waitingFrom = 0;
        }
    }
}
