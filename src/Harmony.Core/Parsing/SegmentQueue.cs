using System.Text;
using Harmony.Bpe;

namespace Harmony.Core.Parsing;

/// <summary>
/// Ids on their way through the parser, the text that came of them, and the segments made of both that nobody
/// has read yet. Ids come in at the end; segments take them, and the text, from the front, in order and
/// without gaps. Once all segments are read the memory is used again.
/// </summary>
internal sealed class SegmentQueue(BpeTokenizer tokenizer)
{
    /// <summary>In a text's place: the text is that of the segment's only id.</summary>
    private const int OfToken = -1;

    private GrowingBuffer<int> _ids = new();
    private SegmentRecord[] _records = new SegmentRecord[16];
    private SegmentOwner[] _owners = new SegmentOwner[4];
    private char[] _chars = [];
    private int _ownerCount;
    private int _recordCount;
    private int _read;
    private int _textTaken;
    private int _firstId;

    // Whether all that there is is a segment made of a token alone.
    private bool _hasTokenOnly;

    /// <summary>The text, taken and not yet taken. Only the parser's content may write to it.</summary>
    public GrowingBuffer<byte> Text = new();

    /// <summary>How many ids there are.</summary>
    public int IdCount => _ids.Count;

    /// <summary>How many of the ids are in segments.</summary>
    public int IdsTaken { get; private set; }

    /// <summary>How many bytes of the text are in segments.</summary>
    public int TextTaken => _textTaken;

    /// <summary>The ids.</summary>
    public ReadOnlySpan<int> Ids => _ids.Items;

    /// <summary>The stop string that was found last.</summary>
    public string? StopString { get; set; }

    public void Clear()
    {
        _ids.Clear();
        Text.Clear();
        _hasTokenOnly = false;
        StopString = null;
        _ownerCount = 0;
        _recordCount = 0;
        _read = 0;
        _textTaken = 0;
        _firstId = 0;
        IdsTaken = 0;
    }

    /// <summary>Uses the memory of what was read again, if all was read.</summary>
    /// <returns>By how many places the ids that are left have moved to the front.</returns>
    public int Recycle()
    {
        if (_read < _recordCount)
        {
            return 0;
        }

        int moved = IdsTaken;
        _hasTokenOnly = false;
        _read = 0;
        _recordCount = 0;
        _firstId += moved;
        if (moved > 0)
        {
            _ids.RemoveFirst(moved);
            IdsTaken = 0;
        }

        if (_textTaken > 0)
        {
            Text.RemoveFirst(_textTaken);
            _textTaken = 0;
        }

        if (_ownerCount > 1)
        {
            _owners[0] = _owners[_ownerCount - 1];
            _ownerCount = 1;
        }

        return moved;
    }

    /// <summary>Whether the last segment was made of a token alone, and has been read.</summary>
    public bool IsAfterToken => _hasTokenOnly && _read > 0;

    /// <summary>Whether all segments are read and nothing is left for the next.</summary>
    public bool IsDrained =>
        _read == _recordCount && IdsTaken == _ids.Count && _textTaken == Text.Count;

    /// <summary>Makes a delta of one token of whole characters, whose text is that of the vocabulary. All
    /// else must be drained.</summary>
    public void AddToken(int id)
    {
        if (_hasTokenOnly)
        {
            // All is as the last token left it.
            _firstId++;
            _read = 0;
            _ids.Clear();
            _ids.Append(id);
            return;
        }

        _firstId += _ids.Count;
        _ids.Clear();
        _ids.Append(id);
        Text.Clear();
        _textTaken = 0;
        IdsTaken = 1;
        _read = 0;
        _recordCount = 0;
        Next() = new SegmentRecord
        {
            Kind = HarmonySegmentKind.ContentDelta,
            Owner = _ownerCount - 1,
            TextStart = OfToken,
            IdEnd = 1,
            EndToken = -1,
        };
        _hasTokenOnly = true;
    }

    public void Append(ReadOnlySpan<int> ids)
    {
        _hasTokenOnly = false;
        _ids.Append(ids);
    }

    /// <summary>What the next segments belong to.</summary>
    public void SetOwner(in SegmentOwner owner)
    {
        if (_ownerCount == _owners.Length)
        {
            Array.Resize(ref _owners, 2 * _ownerCount);
        }

        _owners[_ownerCount++] = owner;
    }

    /// <summary>Makes a segment of the next ids and the next text.</summary>
    /// <param name="kind">What it tells.</param>
    /// <param name="textEnd">Where its text ends.</param>
    /// <param name="idEnd">Where its ids end.</param>
    /// <param name="endToken">The id that ended the message; −1 for none.</param>
    public void Add(HarmonySegmentKind kind, int textEnd, int idEnd, int endToken = -1)
    {
        ref SegmentRecord record = ref Next();
        record.Kind = kind;
        record.Diagnostic = HarmonyDiagnostic.None;
        record.Owner = _ownerCount - 1;
        record.TextStart = _textTaken;
        record.TextEnd = textEnd;
        record.IdStart = IdsTaken;
        record.IdEnd = idEnd;
        record.EndToken = endToken;
        _textTaken = textEnd;
        IdsTaken = idEnd;
    }

    /// <summary>Makes a segment that tells what is wrong at an id.</summary>
    public void AddDiagnostic(HarmonyDiagnostic diagnostic, int at)
    {
        ref SegmentRecord record = ref Next();
        record = new SegmentRecord
        {
            Kind = HarmonySegmentKind.Diagnostic,
            Diagnostic = diagnostic,
            Owner = _ownerCount - 1,
            IdStart = at,
            IdEnd = at,
            EndToken = -1,
        };
    }

    /// <summary>Moves to the next segment; −1 if all are read.</summary>
    public int Read() => _read < _recordCount ? _read++ : -1;

    public ref readonly SegmentRecord RecordAt(int index) => ref _records[index];

    public ref readonly SegmentOwner OwnerOf(int index) => ref _owners[_records[index].Owner];

    public ReadOnlySpan<byte> TextOf(int index)
    {
        ref readonly SegmentRecord record = ref _records[index];
        if (record.TextStart != OfToken)
        {
            return Text.Items[record.TextStart..record.TextEnd];
        }

        tokenizer.TryGetTokenBytes(_ids.Items[record.IdStart], out ReadOnlySpan<byte> token);
        return token;
    }

    public ReadOnlySpan<int> IdsOf(int index)
    {
        ref readonly SegmentRecord record = ref _records[index];
        return _ids.Items[record.IdStart..record.IdEnd];
    }

    public int PositionOf(int index) => _firstId + _records[index].IdStart;

    /// <summary>A segment's text as chars, in memory that the next call uses again.</summary>
    public ReadOnlySpan<char> CharsOf(int index)
    {
        ReadOnlySpan<byte> utf8 = TextOf(index);
        if (utf8.Length > _chars.Length)
        {
            // UTF-8 never needs more chars than it has bytes.
            _chars = new char[Math.Max(utf8.Length, 2 * _chars.Length)];
        }

        return _chars.AsSpan(0, Encoding.UTF8.GetChars(utf8, _chars));
    }

    private ref SegmentRecord Next()
    {
        _hasTokenOnly = false;
        if (_recordCount == _records.Length)
        {
            Array.Resize(ref _records, 2 * _recordCount);
        }

        return ref _records[_recordCount++];
    }
}
