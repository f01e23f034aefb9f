using System.Buffers;
using System.Text;
using Harmony.Core.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// The text of one message, as the reference's parser builds it. Complete characters are appended to the
/// text, other bytes wait. No byte is decoded twice, and the cost of an id does not depend on the length of
/// the text.
/// </summary>
internal struct ContentAccumulator
{
    private GrowingBuffer<byte> _text = new();
    private GrowingBuffer<byte> _waiting = new();
    private int _waitingFrom;
    private int _deltaFrom;

    // Whether an id was no token's.
    private bool _isBroken;

    public ContentAccumulator()
    {
    }

    /// <summary>The text so far: well-formed UTF-8.</summary>
    public readonly ReadOnlySpan<byte> Utf8 => _text.Items;

    /// <summary>Whether the last append added its token to the text, the whole of it and nothing
    /// else.</summary>
    public bool IsDeltaToken { get; private set; }

    /// <summary>What the last append added to the text; may be empty.</summary>
    public readonly ReadOnlySpan<byte> DeltaUtf8 => _text.Items[_deltaFrom..];

    public void Clear()
    {
        _text.Clear();
        _waiting.Clear();
        _waitingFrom = 0;
        _deltaFrom = 0;
        _isBroken = false;
        IsDeltaToken = false;
    }

    /// <summary>Appends an id that is no token's. The rest of the message is ignored, as in the
    /// reference.</summary>
    public void AppendUnknown()
    {
        _isBroken = true;
        IsDeltaToken = false;
        _deltaFrom = _text.Count;
    }

    /// <summary>Appends a token.</summary>
    /// <param name="token">Its bytes.</param>
    /// <param name="isWhole">Whether they are whole characters.</param>
    public void Append(ReadOnlySpan<byte> token, bool isWhole)
    {
        _deltaFrom = _text.Count;
        IsDeltaToken = isWhole && !_isBroken && _waitingFrom == _waiting.Count;
        if (_isBroken)
        {
            return;
        }

        if (IsDeltaToken)
        {
            _text.Append(token);
        }
        else
        {
            _waiting.Append(token);
            Drain();
        }
    }

    /// <summary>The text of the complete message, with what was waiting.</summary>
    public readonly string Finish()
    {
        string text = Encoding.UTF8.GetString(_text.Items);
        if (!_isBroken && _waitingFrom == _waiting.Count)
        {
            return text;
        }

        string waiting = Encoding.UTF8.GetString(_waiting.Items[_waitingFrom..]);
        return _isBroken ? text + "\uFFFD" + waiting : text + waiting;
    }

    /// <summary>Moves what is complete into the text, up to and including the first malformed sequence. What
    /// follows that sequence waits for the next id, even if it is well-formed, as in the reference.</summary>
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
            _text.Append("\uFFFD"u8);
            _waitingFrom += malformed;
        }

        if (_waitingFrom == _waiting.Count)
        {
            _waiting.Clear();
            _waitingFrom = 0;
        }
    }
}
