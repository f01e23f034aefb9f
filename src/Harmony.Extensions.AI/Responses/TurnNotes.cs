using System.Text;

namespace Harmony.Extensions.AI.Responses;

/// <summary>Collects what is to be noted of a turn, and gives each message its own. What comes after the last
/// message goes to that message as well.</summary>
internal sealed class TurnNotes
{
    private readonly StringBuilder _text = new();
    private int _lastStart;
    private int _start;

    /// <summary>Adds to the notes of the message that is open, or of the next one.</summary>
    public void Add(string note) => _text.Append(note);

    /// <summary>Ends a message; returns its notes, or null for none.</summary>
    public string? TakeForMessage()
    {
        (_lastStart, _start) = (_start, _text.Length);
        return _start == _lastStart ? null : _text.ToString(_lastStart, _start - _lastStart);
    }

    /// <summary>Ends the turn; returns the last message's notes with what came after them, or null if nothing
    /// came.</summary>
    public string? TakeForTurn() =>
        _text.Length == _start ? null : _text.ToString(_lastStart, _text.Length - _lastStart);
}
