using System.Runtime.CompilerServices;
using Harmony.Core.Parsing;

namespace Harmony.Core;

/// <summary>
/// Reads a completion as the model samples it and never fails on what the model wrote: what the format does
/// not allow becomes a diagnostic, and reading goes on. Push ids, then read segments until there are none; at
/// the end complete the stream and read the rest.
/// </summary>
/// <remarks>
/// <para>No id is lost: the ids of all segments, joined, are the ids that were pushed. How ids are cut into
/// pushes changes only how text is cut into deltas. A completion without diagnostics gives the messages that
/// <see cref="StreamableParser"/> reads.</para>
/// <para>The parser holds back at most 128 ids of a header or of text outside of any message, the beginning
/// of a character, and what may be the beginning of a stop string. It keeps segments until they are
/// read.</para>
/// <para>Not thread-safe: use one parser for each stream. <see cref="Reset"/> makes it ready for the next. A
/// warm parser allocates only the messages that it collects, and strings for words that it has not seen in
/// headers before.</para>
/// </remarks>
/// <example>
/// <code>
/// var parser = new HarmonyParser(HarmonyEncoding.OpenAI);
/// int[] completion = [200005, 17196, 200008, 12194, 200002]; // the channel final, Hi, &lt;|return|&gt;
/// parser.Push(completion);
/// parser.Complete();
/// while (parser.TryRead(out HarmonySegment segment))
/// {
///     Console.WriteLine($"{segment.Kind} {segment.Text}"); // HeaderComplete, ContentDelta Hi, MessageEnd
/// }
/// </code>
/// </example>
public sealed partial class HarmonyParser
{
    private readonly HarmonyEncoding _encoding;
    private readonly CompletionBuffer _buffer = new();
    private readonly SegmentQueue _segments;
    private readonly MessageCollector _collector = new();
    private readonly PendingHeader _header;
    private readonly MessageContent _content;
    private TokenCounter _counter = new();
    private CompiledParserOptions _options;
    private CompletionStateMachine _machine;
    private bool _isComplete;

    /// <summary>Creates a parser.</summary>
    /// <param name="encoding">The encoding of the ids. Its dialect makes no difference.</param>
    /// <param name="options">What the completion may be and what to read from it; null for the
    /// defaults.</param>
    /// <exception cref="ArgumentException">A stop string is empty, the stop strings have more than 4,096
    /// bytes of UTF-8 together, the role is undefined, or the message to continue holds something other than
    /// text or is a tool's without a name.</exception>
    public HarmonyParser(HarmonyEncoding encoding, HarmonyParserOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        _encoding = encoding;
        _segments = new SegmentQueue(encoding.Tokenizer, _buffer);
        _header = new PendingHeader(encoding.Tokenizer, _buffer, _segments);
        _content = new MessageContent(encoding.Tokenizer, _buffer, _segments, _collector);
        _options = CompiledParserOptions.Of(options ?? HarmonyParserOptions.Default);
        Restart();
    }

    /// <summary>The complete messages, oldest first; empty if
    /// <see cref="HarmonyParserOptions.CollectMessages"/> is off. They keep the ids that they were sampled
    /// as, unless these can't stand in a prompt. The list grows with the parser.</summary>
    public IReadOnlyList<Message> Messages => _collector.Messages;

    /// <summary>Why the completion ended, as far as it has been read. Final once the stream is
    /// complete.</summary>
    public HarmonyFinishReason FinishReason { get; private set; }

    /// <summary>The stop string that was found last; null for none.</summary>
    public string? MatchedStopString => _content.MatchedStopString;

    /// <summary>How many ids were pushed, by what they are. An id that is held back is format until it is
    /// clear what it is.</summary>
    public HarmonyTokenCounts Counts => _counter.Counts;

    /// <summary>What the parser expects next.</summary>
    internal ParserState State => _machine.State;

    /// <summary>How many messages are complete, collected or not.</summary>
    internal int MessageCount => _segments.Owner.MessageIndex;

    /// <summary>Starts another stream. Keeps the memory.</summary>
    /// <param name="options">As for the constructor; null to keep the options.</param>
    /// <exception cref="ArgumentException">As for the constructor. The parser is as it was.</exception>
    public void Reset(HarmonyParserOptions? options = null)
    {
        if (options is not null)
        {
            _options = CompiledParserOptions.Of(options);
        }

        Restart();
    }

    /// <summary>Takes the next id. Segments that were read before are no longer valid.</summary>
    /// <param name="id">The id; any number.</param>
    /// <exception cref="InvalidOperationException">The stream is complete.</exception>
    /// <example>
    /// <code>
    /// foreach (int id in sampler)
    /// {
    ///     parser.Push(id);
    ///     while (parser.TryRead(out HarmonySegment segment))
    ///     {
    ///         Show(segment.Utf8);
    ///     }
    /// }
    ///
    /// parser.Complete(); // and read what is left
    /// </code>
    /// </example>
    public void Push(int id)
    {
        if (TryPushAlone(id))
        {
            return;
        }

        Prepare();
        _counter.Add(1);
        _buffer.Append([id]);
        Run();
    }

    /// <summary>Takes the next ids. Segments that were read before are no longer valid.</summary>
    /// <param name="ids">The ids; any numbers.</param>
    /// <exception cref="InvalidOperationException">The stream is complete.</exception>
    public void Push(ReadOnlySpan<int> ids)
    {
        if (ids.Length == 1 && TryPushAlone(ids[0]))
        {
            return;
        }

        Prepare();
        _counter.Add(ids.Length);
        _buffer.Append(ids);
        Run();
    }

    /// <summary>Takes the end of the stream: what was held back becomes segments, and an open message ends.
    /// Segments that were read before are no longer valid. A second call does nothing.</summary>
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
                    EndMessage(NoEndToken);
                    break;
                default:
                    if (!TryTakeAnswer(HarmonyDiagnostic.HeaderCutOff))
                    {
                        _header.SkipStrayText();
                    }

                    break;
            }
        }
        while (_buffer.Next < _buffer.IdCount || State != ParserState.ExpectStart);
    }

    /// <summary>Reads the next segment. Does not allocate.</summary>
    /// <param name="segment">The segment: a view that is valid until ids are pushed, the stream is completed
    /// or the parser is reset. Undefined when the method returns false.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryRead(out HarmonySegment segment)
    {
        int index = _segments.Read();
        segment = new HarmonySegment(_segments, index);
        return index >= 0;
    }

    private void Restart()
    {
        HarmonyParserOptions options = _options.Options;
        _machine = new CompletionStateMachine(
            options.Continues is not null ? ParserState.Content
            : options.Role is not null ? ParserState.Header
            : ParserState.ExpectStart,
            stopEndsHeader: true);
        _isComplete = false;
        FinishReason = HarmonyFinishReason.Incomplete;
        _counter.Clear();
        _segments.Clear();
        _segments.SetOwner(default);
        _collector.Reset(options.CollectMessages);
        _header.Reset(_options);
        _content.Reset();
        if (options.Continues is Message begun)
        {
            ContinueMessage(begun);
        }
    }

    /// <summary>Takes the short way of nearly every id that is pushed alone: a token of whole characters, in
    /// content, while nothing is held back. It does what the long way does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryPushAlone(int id)
    {
        // After an id that went this way, nothing is held back.
        bool isOpen = _segments.IsAfterToken
            || (State == ParserState.Content && _content.IsBetweenCharacters && _segments.IsDrained);
        if (!isOpen || !_content.TryAddAlone(id))
        {
            return false;
        }

        _counter.Add(1);
        _counter.AddContent(1);
        return true;
    }

    private void Prepare()
    {
        if (_isComplete)
        {
            throw new InvalidOperationException("The stream is complete. Reset the parser to begin another.");
        }

        _segments.Recycle();
    }

    /// <summary>Looks at all ids that have come.</summary>
    private void Run()
    {
        while (_buffer.Next < _buffer.IdCount)
        {
            ReadOnlySpan<int> rest = _buffer.Ids[_buffer.Next..];
            int run = OrdinaryCount(rest);
            if (run == 0)
            {
                TakeSpecial(rest[0]);
            }
            else if (State == ParserState.Content)
            {
                _counter.AddContent(run);
                _content.Add(run);
            }
            else
            {
                Hold(Math.Min(run, PendingHeader.MaxIds - _buffer.HeldIdCount));
            }
        }

        _content.AddDelta();
    }

    /// <summary>How many of the next ids are ordinary tokens.</summary>
    private static int OrdinaryCount(ReadOnlySpan<int> ids)
    {
        if (ids.Length == 1)
        {
            return FormatTokens.IsOrdinary(ids[0]) ? 1 : 0;
        }

        int count = ids.IndexOfAnyExceptInRange(0, FormatTokens.FirstSpecial - 1);
        return count < 0 ? ids.Length : count;
    }
}
