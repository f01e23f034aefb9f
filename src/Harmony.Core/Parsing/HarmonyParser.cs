using Harmony.Bpe;
using Harmony.Core.Parsing;

namespace Harmony.Core;

/// <summary>
/// Reads what a model samples, id by id or many at once, and never fails: what the format does not allow
/// becomes a diagnostic, and reading goes on at the next place that is sure. Push ids, then read segments
/// until there are none; at the end complete the stream and read the rest.
/// </summary>
/// <remarks>
/// No id is lost: the ids of all segments, joined, are what was pushed. How ids are cut into pushes changes
/// nothing but how a text is cut into deltas. Where there is no diagnostic the messages are those that
/// <see cref="StreamableParser"/> reads.
/// <para>Not thread-safe: one parser for each stream; <see cref="Reset()"/> makes it ready for the next. A
/// warm parser allocates nothing but the collected messages, and strings for words that it has not seen in
/// headers before. It holds back at most 128 ids of a header or of text outside of any message, the beginning
/// of a character, and what may be the beginning of a stop string; segments that nobody reads are
/// kept.</para>
/// </remarks>
public sealed partial class HarmonyParser
{
    /// <summary>A header is longer than this only if its message marker is missing.</summary>
    private const int MaxHeaderIds = 128;

    private readonly HarmonyEncoding _encoding;
    private readonly BpeTokenizer _tokenizer;
    private readonly int _lastRankedId;
    private readonly WholeTokens _wholeTokens;
    private readonly SegmentQueue _queue;
    private readonly ResilientHeaderReader _headerReader;
    private readonly List<Message> _messages = [];
    private CompiledParserOptions _options;
    private CompletionStateMachine _machine;
    private HeaderStart _headerStart;

    // The next of the queue's ids to be looked at.
    private int _next;
    private int _messageCount;
    private int _idCount;
    private bool _isComplete;
    private bool _collectsMessages;

    // Whether the text outside of any message that is being skipped has been reported.
    private bool _isTextReported;

    // Whether such text is an answer here, if nothing but an end follows it.
    private bool _isStrayTextAnswer;
    private HarmonyFinishReason _finish;

    /// <summary>Creates a parser.</summary>
    /// <param name="encoding">The encoding that the ids are of; its dialect makes no difference.</param>
    /// <param name="options">What to expect and to give; null for
    /// <see cref="HarmonyParserOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A stop string is empty, all of them are too long together, the role
    /// is none, or the message to continue holds something other than text.</exception>
    public HarmonyParser(HarmonyEncoding encoding, HarmonyParserOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        _encoding = encoding;
        _tokenizer = encoding.Tokenizer;
        _lastRankedId = _tokenizer.RankedTokenCount - 1;
        _wholeTokens = WholeTokens.Of(_tokenizer);
        _queue = new SegmentQueue(_tokenizer);
        _headerReader = new ResilientHeaderReader(_tokenizer);
        _options = CompiledParserOptions.Of(options ?? HarmonyParserOptions.Default);
        Reset();
    }

    /// <summary>What the parser expects and gives.</summary>
    public HarmonyParserOptions Options => _options.Options;

    /// <summary>What the parser waits for.</summary>
    public ParserState State => _machine.State;

    /// <summary>The complete messages, oldest first, if they are collected. They keep the ids that they were
    /// sampled as, unless these can't stand in a prompt. The list grows with the parser.</summary>
    public IReadOnlyList<Message> Messages => _messages;

    /// <summary>How many messages are complete, collected or not.</summary>
    public int MessageCount => _messageCount;

    /// <summary>How many ids were pushed.</summary>
    public int IdCount => _idCount;

    /// <summary>Why the completion ended, as far as it was read: sure once the stream is complete.</summary>
    public HarmonyFinishReason FinishReason => _finish;

    /// <summary>The stop string that was found last; null for none.</summary>
    public string? FoundStopString => _queue.StopString;

    /// <summary>The number of ids by what they are for. An id that is held back is format until it is clear what
    /// it is.</summary>
    public HarmonyTokenCounts Counts => new(
        _idCount,
        _contentIds[Reasoning],
        _contentIds[Commentary],
        _contentIds[Final],
        _contentIds[Other],
        _idCount - _contentIds.Sum());

    /// <summary>Starts another stream with the same options, keeping the memory.</summary>
    public void Reset()
    {
        _machine = new CompletionStateMachine(
            _options.Options.Continues is not null ? ParserState.Content
            : _options.Options.Role is not null ? ParserState.Header
            : ParserState.ExpectStart,
            stopEndsHeader: true);
        _headerStart = HeaderStart.InPrompt;
        _queue.Clear();
        _messages.Clear();
        Array.Clear(_contentIds);
        _next = 0;
        _messageCount = 0;
        _idCount = 0;
        _isComplete = false;
        _collectsMessages = _options.Options.CollectMessages;
        _isTextReported = false;
        _finish = HarmonyFinishReason.Incomplete;
        NoteEnd(-1);
        _queue.SetOwner(default);
        ClearContent();
        if (_options.Options.Continues is Message begun)
        {
            ContinueMessage(begun);
        }
    }

    /// <summary>Starts another stream with other options, keeping the memory.</summary>
    /// <exception cref="ArgumentException">The options are not usable, see the constructor; the parser is as it
    /// was.</exception>
    public void Reset(HarmonyParserOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = CompiledParserOptions.Of(options);
        Reset();
    }

    /// <summary>Takes the next id. Segments that were read are no longer valid.</summary>
    /// <param name="id">Any number.</param>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    public void Push(int id)
    {
        if (TryPushWhole(id))
        {
            return;
        }

        Prepare();
        _idCount++;
        _queue.Append([id]);
        Run();
    }

    /// <summary>Takes the next ids. Segments that were read are no longer valid.</summary>
    /// <param name="ids">Any numbers, any number of them.</param>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    public void Push(ReadOnlySpan<int> ids)
    {
        if (ids.Length == 1 && TryPushWhole(ids[0]))
        {
            return;
        }

        Prepare();
        _idCount += ids.Length;
        _queue.Append(ids);
        Run();
    }

    /// <summary>Takes the end of the stream: what was held back becomes segments, and a message that is open
    /// ends. Segments that were read are no longer valid. A second time it does nothing.</summary>
    public void Complete()
    {
        if (_isComplete)
        {
            return;
        }

        Prepare();
        _isComplete = true;

        // What looked like a header may turn out to be content with more messages after it.
        do
        {
            Run();
            switch (State)
            {
                case ParserState.Header:
                    BreakHeader(HarmonyDiagnostic.HeaderCutOff);
                    break;
                case ParserState.Content:
                    EndMessage(endToken: -1);
                    break;
                default:
                    CompleteText();
                    break;
            }
        }
        while (_next < _queue.IdCount || State != ParserState.ExpectStart);
    }

    /// <summary>Reads the next segment.</summary>
    /// <param name="segment">The segment: a view, valid until ids are pushed, the stream is completed or the
    /// parser is reset. Undefined when the method returns false.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryRead(out HarmonySegment segment)
    {
        int index = _queue.Read();
        segment = new HarmonySegment(_queue, index);
        return index >= 0;
    }

    private void CompleteText()
    {
        if (IsHeldTextAnAnswer())
        {
            BeginHeader(HeaderStart.Missing);
            BreakHeader(HarmonyDiagnostic.HeaderCutOff);
        }
        else
        {
            SkipText();
        }
    }

    private void Prepare()
    {
        if (_isComplete)
        {
            throw new InvalidOperationException("The stream is complete. Reset the parser to begin another.");
        }

        int moved = _queue.Recycle();
        _next -= moved;
        _readyIds = _queue.IdsTaken;
        _readyText = _queue.TextTaken;
    }

    /// <summary>Looks at all ids that have come.</summary>
    private void Run()
    {
        while (_next < _queue.IdCount)
        {
            ReadOnlySpan<int> rest = _queue.Ids[_next..];
            int run = OrdinaryCount(rest);
            if (run == 0)
            {
                TakeSpecial(rest[0]);
            }
            else if (State == ParserState.Content)
            {
                AddContent(run);
            }
            else
            {
                Hold(Math.Min(run, MaxHeaderIds - HeldIds));
            }
        }

        AddDelta();
    }

    /// <summary>How many of the ids that come next are ordinary tokens.</summary>
    private int OrdinaryCount(ReadOnlySpan<int> ids)
    {
        if (ids.Length == 1)
        {
            return (uint)ids[0] <= (uint)_lastRankedId ? 1 : 0;
        }

        int count = ids.IndexOfAnyExceptInRange(0, _lastRankedId);
        return count < 0 ? ids.Length : count;
    }
}
