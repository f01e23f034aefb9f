using System.Diagnostics;
using Harmony.Bpe;
using Harmony.Core.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// Segments that wait to be read, oldest first. Each takes the next ids and the next text of the
/// <see cref="CompletionBuffer"/>, in order and without gaps; that is why no id is ever lost. Once all
/// segments have been read, <see cref="Recycle"/> reuses the memory.
/// </summary>
internal sealed class SegmentQueue(BpeTokenizer tokenizer, CompletionBuffer buffer)
{
    /// <summary>In a record's <see cref="SegmentRecord.TextStart"/>: the text is that of the segment's only
    /// id.</summary>
    private const int IsTextOfToken = -1;

    private GrowingBuffer<SegmentRecord> _records = new(capacity: 16);
    private GrowingBuffer<SegmentOwner> _owners = new(capacity: 4);
    private int _readCount;

    // Whether the only segment is one that AddToken made.
    private bool _isTokenAlone;

    /// <summary>Whether the only segment was made by <see cref="AddToken"/> and has been read.</summary>
    public bool IsAfterToken => _isTokenAlone && _readCount > 0;

    /// <summary>Whether all segments have been read and nothing is left for the next.</summary>
    public bool IsDrained => _readCount == _records.Count && buffer.IsDrained;

    /// <summary>The message, or the place between messages, that segments now belong to.</summary>
    public ref readonly SegmentOwner Owner => ref _owners[_owners.Count - 1];

    public void Clear()
    {
        _records.Clear();
        _owners.Clear();
        _readCount = 0;
        _isTokenAlone = false;
        buffer.Clear();
    }

    /// <summary>Reuses the memory of all segments if they have been read. If one has not, does
    /// nothing.</summary>
    public void Recycle()
    {
        _isTokenAlone = false;
        if (_readCount < _records.Count)
        {
            return;
        }

        _readCount = 0;
        _records.Clear();
        if (_owners.Count > 1)
        {
            _owners.RemoveFirst(_owners.Count - 1);
        }

        buffer.Recycle();
    }

    /// <summary>Starts another message, or a place between messages; the next segments belong to
    /// it.</summary>
    public void SetOwner(in SegmentOwner owner) => _owners.Append() = owner;

    /// <summary>Adds a delta of one token of whole characters, whose text stays in the vocabulary. The queue
    /// must be drained.</summary>
    public void AddToken(int id)
    {
        Debug.Assert(IsDrained, $"{_readCount} of {_records.Count} segments are read");
        _readCount = 0;
        if (_isTokenAlone)
        {
            buffer.ReplaceWithNextTaken(id);
        }
        else
        {
            AddFirstToken(id);
        }
    }

    /// <summary>Adds the record that <see cref="AddToken"/> then leaves as it is.</summary>
    private void AddFirstToken(int id)
    {
        buffer.ReplaceWithTaken(id);
        _records.Clear();
        _records.Append(new SegmentRecord
        {
            Kind = HarmonySegmentKind.ContentDelta,
            Owner = _owners.Count - 1,
            TextStart = IsTextOfToken,
            IdEnd = 1,
            EndToken = -1,
        });
        _isTokenAlone = true;
    }

    /// <summary>Adds a segment that takes the next text and the next ids.</summary>
    /// <param name="kind">What the segment tells.</param>
    /// <param name="textEnd">The end of its text.</param>
    /// <param name="idEnd">The end of its ids.</param>
    /// <param name="endToken">The id that ended the message; −1 for none.</param>
    public void Add(HarmonySegmentKind kind, int textEnd, int idEnd, int endToken = -1)
    {
        _isTokenAlone = false;
        ref SegmentRecord record = ref _records.Append();
        record.Kind = kind;
        record.Diagnostic = HarmonyDiagnostic.None;
        record.Owner = _owners.Count - 1;
        record.TextStart = buffer.TextTaken;
        record.TextEnd = textEnd;
        record.IdStart = buffer.IdsTaken;
        record.IdEnd = idEnd;
        record.EndToken = endToken;
        buffer.Take(textEnd, idEnd);
    }

    /// <summary>Adds a segment that reports something odd and takes nothing.</summary>
    /// <param name="diagnostic">What is odd.</param>
    /// <param name="at">The id at which it was noticed.</param>
    public void AddDiagnostic(HarmonyDiagnostic diagnostic, int at)
    {
        _isTokenAlone = false;
        _records.Append(new SegmentRecord
        {
            Kind = HarmonySegmentKind.Diagnostic,
            Diagnostic = diagnostic,
            Owner = _owners.Count - 1,
            IdStart = at,
            IdEnd = at,
            EndToken = -1,
        });
    }

    /// <summary>Reads the next segment.</summary>
    /// <returns>Its index, valid until <see cref="Recycle"/>; −1 if all have been read.</returns>
    public int Read() => _readCount < _records.Count ? _readCount++ : -1;

    public ref readonly SegmentRecord RecordAt(int index) => ref _records[index];

    public ref readonly SegmentOwner OwnerOf(int index) => ref _owners[_records[index].Owner];

    /// <summary>A segment's text, as UTF-8.</summary>
    public ReadOnlySpan<byte> TextOf(int index)
    {
        ref readonly SegmentRecord record = ref RecordAt(index);
        if (record.TextStart != IsTextOfToken)
        {
            return buffer.Text.Items[record.TextStart..record.TextEnd];
        }

        tokenizer.TryGetTokenBytes(buffer.Ids[record.IdStart], out ReadOnlySpan<byte> token);
        return token;
    }

    public ReadOnlySpan<int> IdsOf(int index)
    {
        ref readonly SegmentRecord record = ref RecordAt(index);
        return buffer.Ids[record.IdStart..record.IdEnd];
    }

    /// <summary>The position in the completion of a segment's first id.</summary>
    public int PositionOf(int index) => buffer.FirstIdPosition + RecordAt(index).IdStart;
}
