using System.Text;
using Harmony.Core.Parsing;

namespace Harmony.Core;

/// <summary>
/// A part of what a <see cref="HarmonyParser"/> read: the beginning of a message, some of its text, its end,
/// or something that the format does not allow. It is a view of the parser's memory, valid until ids are
/// pushed, the stream is completed or the parser is reset. Only <see cref="Text"/> and <see cref="ToString"/>
/// allocate.
/// </summary>
public readonly ref struct HarmonySegment
{
    private readonly SegmentQueue _queue;
    private readonly int _index;

    internal HarmonySegment(SegmentQueue queue, int index)
    {
        _queue = queue;
        _index = index;
    }

    /// <summary>What the segment tells.</summary>
    public HarmonySegmentKind Kind => _queue.RecordAt(_index).Kind;

    /// <summary>The message's index in the completion. A segment outside of any message, or before its
    /// message's header is complete, has the index of the next message.</summary>
    public int MessageIndex => _queue.OwnerOf(_index).MessageIndex;

    /// <summary>The author's role; null for a segment outside of any message, or before its message's header
    /// is complete.</summary>
    public Role? Role =>
        _queue.OwnerOf(_index) is { IsMessage: true } owner ? owner.Header.Author.Role : null;

    /// <summary>The author's name, such as a tool's; null for none.</summary>
    public string? AuthorName => _queue.OwnerOf(_index).Header.Author.Name;

    /// <summary>The channel; null for none.</summary>
    public string? Channel => _queue.OwnerOf(_index).Header.Channel;

    /// <summary>The recipient; null for none.</summary>
    public string? Recipient => _queue.OwnerOf(_index).Header.Recipient;

    /// <summary>The content type; null for none.</summary>
    public string? ContentType => _queue.OwnerOf(_index).Header.ContentType;

    /// <summary>Whom the message is for.</summary>
    public MessageDestination Destination => _queue.OwnerOf(_index).Destination;

    /// <summary>The text as well-formed UTF-8. A content delta always has text, a skipped segment may have
    /// some, other kinds have none. The deltas of a message, joined, are its text.</summary>
    public ReadOnlySpan<byte> Utf8 => _queue.TextOf(_index);

    /// <summary>The text as a new string.</summary>
    public string Text => Encoding.UTF8.GetString(Utf8);

    /// <summary>The ids that the segment was made of. The ids of all segments, joined, are the ids that were
    /// pushed. If the text of an id is spread over several deltas, the id is in the first of them, so a delta
    /// may have no ids.</summary>
    public ReadOnlySpan<int> Ids => _queue.IdsOf(_index);

    /// <summary>The position of the first id in the completion, in ids. For a diagnostic: the position of the
    /// id at which it was noticed, or the number of all ids if that was the end of the stream.</summary>
    public int IdIndex => _queue.PositionOf(_index);

    /// <summary>The id that ended the message; null in segments other than
    /// <see cref="HarmonySegmentKind.MessageEnd"/>, and if no id ended it.</summary>
    public int? EndToken => _queue.RecordAt(_index).EndToken is >= 0 and int id ? id : null;

    /// <summary>What the format does not allow; <see cref="HarmonyDiagnostic.None"/> in segments other than
    /// <see cref="HarmonySegmentKind.Diagnostic"/>.</summary>
    public HarmonyDiagnostic Diagnostic => _queue.RecordAt(_index).Diagnostic;

    /// <summary>The diagnostic in a few words; empty in other segments.</summary>
    public string DiagnosticText => DiagnosticTexts.Of(Diagnostic);

    /// <summary>Describes the segment for a log.</summary>
    public override string ToString() => Kind == HarmonySegmentKind.Diagnostic
        ? $"{Kind} at {IdIndex}: {DiagnosticText}"
        : $"{Kind} of message {MessageIndex}: {Ids.Length} ids, '{Text}'";
}
