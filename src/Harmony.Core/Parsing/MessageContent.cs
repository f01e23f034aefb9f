using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Harmony.Bpe;
using Harmony.Core.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// Turns the ids of the open message into its text and its segments, and decides how much of the text may
/// leave: it holds back an incomplete character and what may be the beginning of a stop string. After a stop
/// string nothing more becomes text.
/// </summary>
/// <remarks>The invariant between calls: the text of the <see cref="CompletionBuffer"/> that is not ready has
/// as many bytes as the search for stop strings holds back. Incomplete characters are not in it; they wait in
/// the <see cref="Utf8Joiner"/>.</remarks>
internal sealed class MessageContent(
    BpeTokenizer tokenizer, CompletionBuffer buffer, SegmentQueue segments, MessageCollector collector)
{
    private static readonly StopStringMatcher SpelledAnswer = new([FormatTokens.ChannelText + Channels.Final]);

    private Utf8Joiner _joiner;
    private TextSearch _stopStrings;

    // Finds an answer that is spelled as text in the chain of thought; off once it has.
    private TextSearch _spelledAnswer;

    // How many bytes of the next id belong to a header that had no message marker.
    private int _skippedBytes;

    // Whether the message's segments go to the collector as well.
    private bool _isCollected;

    // Whether a token's bytes are needed here: for the search or the collector.
    private bool _needsText;

    /// <summary>Whether a stop string has ended the text.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>The stop string that was found last; null for none.</summary>
    public string? MatchedStopString { get; private set; }

    /// <summary>Whether a token of whole characters can become a delta at once: no character is incomplete
    /// and no stop string has ended the text.</summary>
    public bool IsBetweenCharacters => !IsStopped && !_joiner.IsWaiting;

    /// <summary>Returns to the state before the first message.</summary>
    public void Reset()
    {
        MatchedStopString = null;
        Clear();
    }

    /// <summary>Begins the content of a message: adds the segment of its header, which takes all ids that
    /// have been looked at.</summary>
    /// <param name="stopStrings">Finds what ends the text; null for nothing.</param>
    /// <param name="isReasoning">Whether the message is part of the chain of thought.</param>
    /// <param name="skippedBytes">How many bytes of the next id still belong to the header.</param>
    public void Begin(StopStringMatcher? stopStrings, bool isReasoning, int skippedBytes)
    {
        _stopStrings = new TextSearch(stopStrings);
        _spelledAnswer = new TextSearch(isReasoning ? SpelledAnswer : null);
        _skippedBytes = skippedBytes;
        _isCollected = collector.IsOpen;
        _needsText = _stopStrings.IsOn || _isCollected;
        AddSegment(HarmonySegmentKind.HeaderComplete, buffer.TextTaken, buffer.Next);
    }

    /// <summary>Adds a token that comes alone and is whole characters as a delta: the short way for nearly
    /// every id. The queue must be drained and <see cref="IsBetweenCharacters"/> true. Does what
    /// <see cref="Add"/> would do.</summary>
    /// <returns>Whether it did. If not, nothing has changed: the id needs the long way.</returns>
    public bool TryAddAlone(int id)
    {
        TokenKind kind = WholeTokens.KindOf(id);
        bool mayBeSpelled = _spelledAnswer.IsOn
            && (_spelledAnswer.HasBegun || kind == TokenKind.WholeWithAngle);
        if (kind <= TokenKind.Part || ((_needsText || mayBeSpelled) && !TryPassText(id, mayBeSpelled)))
        {
            return false;
        }

        segments.AddToken(id);
        return true;
    }

    private bool TryPassText(int id, bool mayBeSpelled)
    {
        tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token);
        if ((_stopStrings.IsOn || mayBeSpelled) && !TryPassSearches(token, mayBeSpelled))
        {
            return false;
        }

        if (_isCollected)
        {
            collector.Add(id, token);
        }

        return true;
    }

    /// <summary>Adds the next ids, which are ordinary tokens.</summary>
    public void Add(int count)
    {
        int end = buffer.Next + count;
        if (!IsStopped && !TryAddWhole(count))
        {
            while (buffer.Next < end && !IsStopped)
            {
                tokenizer.TryGetTokenBytes(buffer.Ids[buffer.Next], out ReadOnlySpan<byte> token);
                AddBytes(token);
            }
        }

        buffer.MoveTo(end);
    }

    /// <summary>Adds the next id, which is a special token or no token. A marker of the format adds no text,
    /// a special token is spelled, and an unknown id becomes U+FFFD.</summary>
    public void AddSpecial(int id, bool isMarker)
    {
        collector.DropIds();
        bool isToken = tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token);
        if (isMarker || !isToken)
        {
            FlushCharacter();
        }

        AddDiagnostic(isToken ? HarmonyDiagnostic.UnexpectedSpecialToken : HarmonyDiagnostic.UnknownId);
        if (isMarker || IsStopped)
        {
            buffer.MoveTo(buffer.Next + 1);
        }
        else
        {
            AddBytes(isToken ? token : "\uFFFD"u8);
        }
    }

    /// <summary>Adds a diagnostic at the next id, after the text that is ready.</summary>
    public void AddDiagnostic(HarmonyDiagnostic diagnostic) => AddDiagnostic(diagnostic, buffer.Next);

    /// <summary>Adds a segment of the text that is ready, or of the ids after a stop string.</summary>
    public void AddDelta()
    {
        if (buffer.ReadyText > buffer.TextTaken)
        {
            AddSegment(HarmonySegmentKind.ContentDelta, buffer.ReadyText, buffer.ReadyIds);
        }
        else if (IsStopped && buffer.HeldIdCount > 0)
        {
            AddSegment(HarmonySegmentKind.Skipped, buffer.TextTaken, buffer.Next);
        }
    }

    /// <summary>Ends the message: what was held back becomes text.</summary>
    /// <param name="endToken">The next id, which ends the message; −1 for none.</param>
    /// <returns>Whether a stop string had ended the text.</returns>
    public bool End(int endToken)
    {
        FlushCharacter();
        buffer.MarkReady(buffer.Text.Count);
        AddDelta();
        if (buffer.HeldIdCount > 0)
        {
            AddSegment(HarmonySegmentKind.Skipped, buffer.TextTaken, buffer.Next);
        }

        if (endToken >= 0)
        {
            buffer.MoveTo(buffer.Next + 1);
        }

        AddSegment(HarmonySegmentKind.MessageEnd, buffer.TextTaken, buffer.Next, endToken);
        bool isStopped = IsStopped;
        Clear();
        return isStopped;
    }

    private void Clear()
    {
        _joiner.Clear();
        _stopStrings = default;
        _spelledAnswer = default;
        _skippedBytes = 0;
        IsStopped = false;
    }

    /// <summary>Adds the next ids at once, if all of them together are whole characters that no search stops
    /// at.</summary>
    /// <returns>Whether it did. If not, nothing has changed.</returns>
    private bool TryAddWhole(int count)
    {
        if (_joiner.IsWaiting || _skippedBytes > 0)
        {
            return false;
        }

        int start = buffer.Text.Count;
        AppendTokens(buffer.Ids.Slice(buffer.Next, count));
        ReadOnlySpan<byte> added = buffer.Text.Items[start..];
        if (!Utf8.IsValid(added) || !TryPassSearches(added, _spelledAnswer.IsOn))
        {
            buffer.Text.Truncate(start);
            return false;
        }

        buffer.MoveTo(buffer.Next + count);
        buffer.MarkReady(buffer.Text.Count);
        return true;
    }

    private void AppendTokens(ReadOnlySpan<int> ids)
    {
        // More than most tokens have. If a reservation is too small, the loop makes another.
        const int BytesPerToken = 8;
        ref GrowingBuffer<byte> text = ref buffer.Text;
        while (!ids.IsEmpty)
        {
            Span<byte> free = text.Reserve(ids.Length * BytesPerToken + tokenizer.MaxTokenLength);
            tokenizer.Decode(ids, free, out int consumed, out int written);
            text.Advance(written);
            ids = ids[consumed..];
        }
    }

    /// <summary>Goes on with both searches, if no string ends in the text, no stop string may have begun at
    /// its end, and it spells no answer.</summary>
    /// <returns>Whether it did. If not, the searches stand where they stood.</returns>
    // Not inlined into the short way, where most tokens need no search.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryPassSearches(ReadOnlySpan<byte> utf8, bool mayBeSpelled)
    {
        int spelledState = 0;
        if (!_stopStrings.IsPassedBy(utf8, mayEndInside: false, out int state)
            || (mayBeSpelled && !_spelledAnswer.IsPassedBy(utf8, mayEndInside: true, out spelledState)))
        {
            return false;
        }

        _stopStrings.MoveTo(state);
        if (mayBeSpelled)
        {
            _spelledAnswer.MoveTo(spelledState);
        }

        return true;
    }

    /// <summary>Adds the bytes of the next id.</summary>
    private void AddBytes(ReadOnlySpan<byte> token)
    {
        int start = buffer.Text.Count;
        token = token[_skippedBytes..];
        _skippedBytes = 0;
        if (!_joiner.Append(token, ref buffer.Text))
        {
            AddDiagnostic(HarmonyDiagnostic.InvalidUtf8);
        }

        buffer.MoveTo(buffer.Next + 1);
        SearchText(start);
    }

    /// <summary>Ends an incomplete character: it becomes U+FFFD.</summary>
    private void FlushCharacter()
    {
        int start = buffer.Text.Count;
        if (!_joiner.Flush(ref buffer.Text))
        {
            AddDiagnostic(HarmonyDiagnostic.InvalidUtf8);
            SearchText(start);
        }
    }

    /// <summary>Searches new text and marks how much of it is ready.</summary>
    private void SearchText(int start)
    {
        ReadOnlySpan<byte> added = buffer.Text.Items[start..];
        if (_spelledAnswer.IsOn && _spelledAnswer.TryFind(added, out _))
        {
            _spelledAnswer = default;
            AddDiagnostic(HarmonyDiagnostic.SpelledMarker, buffer.Next - 1);
        }

        if (_stopStrings.TryFind(added, out StopStringMatch match))
        {
            Stop(match, start + match.End - match.Length);
        }
        else
        {
            buffer.MarkReady(buffer.Text.Count - _stopStrings.HeldByteCount);
            Debug.Assert(
                buffer.Text.Count - buffer.ReadyText == _stopStrings.HeldByteCount,
                $"ready are {buffer.ReadyText} of {buffer.Text.Count} bytes, held {_stopStrings.HeldByteCount}");
        }
    }

    /// <summary>Ends the text where a stop string begins.</summary>
    private void Stop(in StopStringMatch match, int textEnd)
    {
        MatchedStopString = match.Text;
        buffer.MarkReady(textEnd);
        AddDelta();
        buffer.DropHeldText();
        _joiner.Clear();
        _stopStrings = default;
        IsStopped = true;
        collector.DropIds();
        AddSegment(HarmonySegmentKind.StopString, buffer.ReadyText, buffer.Next);
    }

    private void AddDiagnostic(HarmonyDiagnostic diagnostic, int at)
    {
        AddDelta();
        segments.AddDiagnostic(diagnostic, at);
    }

    /// <summary>Adds a segment of the open message.</summary>
    private void AddSegment(HarmonySegmentKind kind, int textEnd, int idEnd, int endToken = -1)
    {
        if (_isCollected)
        {
            collector.Add(
                buffer.Ids[buffer.IdsTaken..idEnd], buffer.Text.Items[buffer.TextTaken..textEnd]);
        }

        segments.Add(kind, textEnd, idEnd, endToken);
    }
}
