using System.Runtime.CompilerServices;
using System.Text;
using Harmony.Core.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// Keeps the complete messages, and collects the open one from its segments. The invariant: while a message
/// is open, its text and ids here are those of all segments added since <see cref="Begin"/>, so a message's
/// text is what its deltas delivered.
/// </summary>
internal sealed class MessageCollector
{
    private readonly List<Message> _messages = [];
    private GrowingBuffer<byte> _utf8 = new();
    private GrowingBuffer<int> _ids = new();
    private bool _isEnabled;
    private bool _keepsIds;
    private bool _isStartInPrompt;

    /// <summary>The complete messages, oldest first.</summary>
    public IReadOnlyList<Message> Messages => _messages;

    /// <summary>Whether a message is being collected, so that its segments must be added.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Removes all messages.</summary>
    /// <param name="isEnabled">Whether messages are collected from here on. If not, all calls do
    /// nothing.</param>
    public void Reset(bool isEnabled)
    {
        _messages.Clear();
        _isEnabled = isEnabled;
        IsOpen = false;
    }

    /// <summary>Begins a message.</summary>
    /// <param name="keepsIds">Whether its ids may be written into a prompt again.</param>
    /// <param name="isStartInPrompt">Whether the prompt had written the start marker and the role.</param>
    public void Begin(bool keepsIds, bool isStartInPrompt)
    {
        _utf8.Clear();
        _ids.Clear();
        _keepsIds = keepsIds;
        _isStartInPrompt = isStartInPrompt;
        IsOpen = _isEnabled;
    }

    /// <summary>Decides that the open message's ids can't be written into a prompt.</summary>
    public void DropIds() => _keepsIds = false;

    /// <summary>Adds a segment of the open message.</summary>
    public void Add(ReadOnlySpan<int> ids, ReadOnlySpan<byte> utf8)
    {
        _ids.Append(ids);
        _utf8.Append(utf8);
    }

    /// <summary>Adds a segment of one id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int id, ReadOnlySpan<byte> utf8)
    {
        _ids.Append(id);
        _utf8.Append(utf8);
    }

    /// <summary>Completes the open message. Allocates it.</summary>
    /// <param name="header">What its header says.</param>
    /// <param name="endToken">The id that ended it; −1 for none.</param>
    public void Complete(in ParsedHeader header, int endToken)
    {
        if (!IsOpen)
        {
            return;
        }

        // <|endoftext|> is no end token of the format: rendering writes one that is.
        ReadOnlySpan<int> ids = _ids.Items;
        ids = endToken == FormatTokens.EndOfText ? ids[..^1] : ids;
        _messages.Add(Message.FromSample(
            header,
            Encoding.UTF8.GetString(_utf8.Items),
            _keepsIds ? ids.ToArray() : [],
            isStartInPrompt: _keepsIds && _isStartInPrompt));
        IsOpen = false;
    }
}
