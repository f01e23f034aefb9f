using System.Diagnostics;
using Harmony.Core.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// The ids that were pushed and the UTF-8 text made of them, until the segments that hold them have been
/// read. It owns every cursor of a <see cref="HarmonyParser"/>: an id, or a byte of text, is first looked at,
/// then ready to leave, then taken by a segment. What has been looked at and is not ready is held back.
/// </summary>
/// <remarks>
/// The invariant, which every change of a cursor asserts:
/// <code>
/// 0 ≤ IdsTaken  ≤ ReadyIds  ≤ Next ≤ IdCount
/// 0 ≤ TextTaken ≤ ReadyText ≤ Text.Count
/// </code>
/// Cursors are indexes into <see cref="Ids"/> and <see cref="Text"/>. <see cref="Recycle"/> removes what was
/// taken from the front and moves them all back by as much.
/// </remarks>
internal sealed class CompletionBuffer
{
    private GrowingBuffer<int> _ids = new();

    /// <summary>The text: well-formed UTF-8. Append to it freely; what is ready must stay as it is.</summary>
    public GrowingBuffer<byte> Text = new();

    public int IdCount => _ids.Count;

    public ReadOnlySpan<int> Ids => _ids.Items;

    /// <summary>The position in the completion of the first id that is still here.</summary>
    public int FirstIdPosition { get; private set; }

    /// <summary>The next id to look at.</summary>
    public int Next { get; private set; }

    /// <summary>The end of the ids that may leave with the text that is ready.</summary>
    public int ReadyIds { get; private set; }

    /// <summary>The end of the text that may leave.</summary>
    public int ReadyText { get; private set; }

    /// <summary>The end of the ids that segments have taken.</summary>
    public int IdsTaken { get; private set; }

    /// <summary>The end of the text that segments have taken.</summary>
    public int TextTaken { get; private set; }

    /// <summary>The number of ids that have been looked at and that no segment has taken.</summary>
    public int HeldIdCount => Next - IdsTaken;

    /// <summary>The ids that have been looked at and that no segment has taken.</summary>
    public ReadOnlySpan<int> HeldIds => Ids[IdsTaken..Next];

    /// <summary>Whether segments have taken everything.</summary>
    public bool IsDrained => IdsTaken == _ids.Count && TextTaken == Text.Count;

    public void Clear()
    {
        _ids.Clear();
        Text.Clear();
        FirstIdPosition = 0;
        Next = 0;
        ReadyIds = 0;
        ReadyText = 0;
        IdsTaken = 0;
        TextTaken = 0;
    }

    public void Append(ReadOnlySpan<int> ids) => _ids.Append(ids);

    /// <summary>Replaces everything, all of which must have been taken, with one id that a segment takes at
    /// once. The id adds no text.</summary>
    public void ReplaceWithTaken(int id)
    {
        Debug.Assert(IsDrained, $"ids {IdsTaken} of {IdCount}, text {TextTaken} of {Text.Count} bytes are taken");
        FirstIdPosition += _ids.Count;
        _ids.Clear();
        _ids.Append(id);
        Text.Clear();
        Next = 1;
        ReadyIds = 1;
        IdsTaken = 1;
        ReadyText = 0;
        TextTaken = 0;
    }

    /// <summary>Does again what <see cref="ReplaceWithTaken"/> did just before, with the next id: only that
    /// id and its position change.</summary>
    public void ReplaceWithNextTaken(int id)
    {
        Debug.Assert(
            (IdCount, Next, ReadyIds, IdsTaken, Text.Count) == (1, 1, 1, 1, 0),
            $"ids {IdsTaken} ≤ {ReadyIds} ≤ {Next} ≤ {IdCount} and {Text.Count} bytes are not one taken id");
        FirstIdPosition++;
        _ids[0] = id;
    }

    /// <summary>Removes what segments have taken. All of them must have been read.</summary>
    public void Recycle()
    {
        int ids = IdsTaken;
        if (ids > 0)
        {
            _ids.RemoveFirst(ids);
            FirstIdPosition += ids;
            Next -= ids;
            ReadyIds -= ids;
            IdsTaken = 0;
        }

        int bytes = TextTaken;
        if (bytes > 0)
        {
            Text.RemoveFirst(bytes);
            ReadyText -= bytes;
            TextTaken = 0;
        }

        AssertOrder();
    }

    /// <summary>Moves on to a later id, or back to a held one that has to be looked at again.</summary>
    public void MoveTo(int next)
    {
        Next = next;
        AssertOrder();
    }

    /// <summary>Lets text leave up to here, with all ids that have been looked at. Does nothing if that much
    /// was ready already.</summary>
    public void MarkReady(int textEnd)
    {
        if (textEnd > ReadyText)
        {
            ReadyText = textEnd;
            ReadyIds = Next;
            AssertOrder();
        }
    }

    /// <summary>Removes the text that is not ready.</summary>
    public void DropHeldText() => Text.Truncate(ReadyText);

    /// <summary>Gives a segment the next text and ids, up to these ends.</summary>
    public void Take(int textEnd, int idEnd)
    {
        Debug.Assert(
            textEnd >= TextTaken && idEnd >= IdsTaken,
            $"a segment ends at id {idEnd}, byte {textEnd}; taken are {IdsTaken} ids, {TextTaken} bytes");
        TextTaken = textEnd;
        IdsTaken = idEnd;
        ReadyText = Math.Max(ReadyText, textEnd);
        ReadyIds = Math.Max(ReadyIds, idEnd);
        AssertOrder();
    }

    [Conditional("DEBUG")]
    private void AssertOrder()
    {
        Debug.Assert(
            IdsTaken >= 0 && IdsTaken <= ReadyIds && ReadyIds <= Next && Next <= IdCount,
            $"ids: 0 ≤ taken {IdsTaken} ≤ ready {ReadyIds} ≤ next {Next} ≤ count {IdCount} does not hold");
        Debug.Assert(
            TextTaken >= 0 && TextTaken <= ReadyText && ReadyText <= Text.Count,
            $"bytes: 0 ≤ taken {TextTaken} ≤ ready {ReadyText} ≤ count {Text.Count} does not hold");
    }
}
