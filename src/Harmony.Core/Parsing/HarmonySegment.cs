using System.Text;
using Harmony.Core.Parsing;

namespace Harmony.Core;

/// <summary>
/// A piece of what a <see cref="HarmonyParser"/> read: the beginning of a message, more of its text, its end,
/// or something that is not as it should be. A view of the parser's memory, which is valid until ids are
/// pushed, the stream is completed or the parser is reset. Nothing here allocates but <see cref="Text"/>, and
/// <see cref="Chars"/> when a text is longer than any before.
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

    /// <summary>The message's index in the completion. A segment outside of any message, or before its message's
    /// header, has that of the next one.</summary>
    public int MessageIndex => _queue.OwnerOf(_index).MessageIndex;

    /// <summary>The author's role; null for a segment outside of any message, or before its message's
    /// header.</summary>
    public Role? Role =>
        _queue.OwnerOf(_index) is { IsMessage: true } owner ? owner.Header.Author.Role : null;

    /// <summary>The author's name, as tools have it; null for none.</summary>
    public string? AuthorName => _queue.OwnerOf(_index).Header.Author.Name;

    /// <summary>The channel; null for none.</summary>
    public string? Channel => _queue.OwnerOf(_index).Header.Channel;

    /// <summary>The recipient; null for none.</summary>
    public string? Recipient => _queue.OwnerOf(_index).Header.Recipient;

    /// <summary>The content type; null for none.</summary>
    public string? ContentType => _queue.OwnerOf(_index).Header.ContentType;

    /// <summary>Whom the message is for.</summary>
    public HarmonyRoute Route => _queue.OwnerOf(_index).Route;

    /// <summary>The text as well-formed UTF-8: never empty in a content delta, and of the other kinds only
    /// skipped ids may have text. The deltas of a message, joined, are its text.</summary>
    public ReadOnlySpan<byte> Utf8 => _queue.TextOf(_index);

    /// <summary>The text as chars, never half a surrogate pair. Each call decodes it, into memory that the next
    /// call reuses.</summary>
    public ReadOnlySpan<char> Chars => _queue.CharsOf(_index);

    /// <summary>The text as a string, which is allocated.</summary>
    public string Text => Encoding.UTF8.GetString(Utf8);

    /// <summary>The ids that the segment came from. The ids of all segments, joined, are what was pushed. An
    /// id whose text comes in several deltas is in the first of them, so that a delta may have
    /// none.</summary>
    public ReadOnlySpan<int> Ids => _queue.IdsOf(_index);

    /// <summary>The index of the first id in the completion. For a diagnostic: of the id at which it was noticed,
    /// or the number of ids for the end of the stream.</summary>
    public int IdIndex => _queue.PositionOf(_index);

    /// <summary>The token that ended the message, in a segment of the kind
    /// <see cref="HarmonySegmentKind.MessageEnd"/>; else null.</summary>
    public int? EndToken => _queue.RecordAt(_index).EndToken is >= 0 and int id ? id : null;

    /// <summary>What is not as it should be; <see cref="HarmonyDiagnostic.None"/> in other
    /// segments.</summary>
    public HarmonyDiagnostic Diagnostic => _queue.RecordAt(_index).Diagnostic;

    /// <summary>The diagnostic in a few words; empty in other segments.</summary>
    public string DiagnosticText => DiagnosticTexts.Of(Diagnostic);

    /// <summary>The segment for a log: allocates.</summary>
    public override string ToString() => Kind == HarmonySegmentKind.Diagnostic
        ? $"{Kind} at {IdIndex}: {DiagnosticText}"
        : $"{Kind} of message {MessageIndex}: {Ids.Length} ids, '{Text}'";
}
