using Harmony.Core;

namespace Harmony.Engines.Turns;

/// <summary>
/// Reads one completion: chunks in, events out. Owns the memory of the event that was read last. Not
/// thread-safe.
/// </summary>
internal sealed class TurnReader(HarmonyEncoding encoding, TurnReaderPool pool) : IDisposable
{
    private static readonly HarmonyParserOptions Idle = new() { CollectMessages = false };

    // Longer buffers are not kept from turn to turn.
    private const int MaxKept = 1 << 16;

    private readonly HarmonyParser _parser = new(encoding, Idle);
    private byte[] _utf8 = new byte[256];
    private int[] _ids = new int[64];
    private TokenLogProbability[] _logProbabilities = [];
    private int _logProbabilityCount;
    private RenderedPrompt? _prompt;
    private TurnMessage? _message;
    private TurnEvent _waiting;
    private bool _isWaiting;
    private bool _isComplete;
    private bool _hasResult;

    // A stop id came, or as many ids as were asked for.
    private bool _wasStopped;
    private int _maxTokens;
    private int _idCount;
    private int _readMessages;
    private int? _cached;
    private TokenFinishReason _engineReason;

    /// <summary>Whether the engine has nothing more to do.</summary>
    public bool IsOver { get; private set; }

    public void Begin(RenderedPrompt prompt, TurnOptions options)
    {
        _parser.Reset(prompt.Parsing);
        _prompt = prompt;
        _maxTokens = options.MaxTokens ?? int.MaxValue;
        _logProbabilities = [];
        _message = null;
        _isWaiting = _isComplete = _wasStopped = _hasResult = IsOver = false;
        _idCount = 0;
        _logProbabilityCount = 0;
        _readMessages = 0;
        _cached = null;
        _engineReason = TokenFinishReason.None;
    }

    /// <summary>Takes the next ids. All events before were read.</summary>
    public void Push(in TokenChunk chunk)
    {
        _cached = chunk.CachedPromptTokens ?? _cached;
        ReadOnlySpan<int> ids = chunk.Ids.Span;

        // An engine may report its figures after the stop id; ids after it are not the turn's.
        if (_wasStopped && !ids.IsEmpty)
        {
            IsOver = true;
            return;
        }

        _engineReason = chunk.FinishReason != TokenFinishReason.None ? chunk.FinishReason : _engineReason;
        IsOver = _engineReason != TokenFinishReason.None;
        if (ids.IsEmpty)
        {
            return;
        }

        ids = CutOff(ids);
        KeepLogProbabilities(chunk, ids.Length);
        _idCount += ids.Length;
        _parser.Push(ids);
    }

    /// <summary>Takes the end of the completion.</summary>
    public void Complete()
    {
        // An engine may keep the stop id to itself. It is known all the same: calls have their own.
        if (_engineReason == TokenFinishReason.Stop && !_wasStopped && _idCount > 0)
        {
            bool isCall = _message is { IsToolCall: true };
            _parser.Push(encoding.AssistantStopTokenIds[isCall ? 1 : 0]);
            _idCount++;
        }

        _parser.Complete();
        _isComplete = true;
    }

    /// <summary>Reads the next event; after the completion's end, the last is the turn's end.</summary>
    public bool TryRead(out TurnEvent next)
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            next = _waiting;
            return true;
        }

        if (_parser.TryRead(out HarmonySegment segment))
        {
            next = ReadSegment(segment);
            return true;
        }

        if (_isComplete && !_hasResult)
        {
            _hasResult = true;
            next = new TurnEvent(TurnEventKind.TurnEnd, _idCount, header: null, MakeResult());
            return true;
        }

        next = default;
        return false;
    }

    public void Dispose()
    {
        _parser.Reset(Idle);
        _prompt = null;
        _message = null;
        _waiting = default;
        _logProbabilities = [];
        if (_utf8.Length <= MaxKept && _ids.Length <= MaxKept)
        {
            pool.Return(this);
        }
    }

    /// <summary>Cuts ids off after the first stop id, or where there are as many as were asked for.</summary>
    private ReadOnlySpan<int> CutOff(ReadOnlySpan<int> ids)
    {
        int stop = ids.IndexOfAny(_prompt!.StopIds);
        if (stop >= 0)
        {
            _wasStopped = true;
            IsOver |= stop + 1 < ids.Length;
            ids = ids[..(stop + 1)];
        }

        int room = _maxTokens - _idCount;
        if (ids.Length < room || (ids.Length == room && _wasStopped))
        {
            return ids;
        }

        IsOver |= ids.Length > room;
        _wasStopped = true;
        _engineReason = _engineReason == TokenFinishReason.None ? TokenFinishReason.Length : _engineReason;
        return ids[..room];
    }

    /// <summary>Keeps log probabilities as long as every id has one.</summary>
    private void KeepLogProbabilities(in TokenChunk chunk, int count)
    {
        if (chunk.LogProbabilities.Length < count || _logProbabilityCount != _idCount)
        {
            return;
        }

        if (_idCount + count > _logProbabilities.Length)
        {
            Array.Resize(ref _logProbabilities, Math.Max(_idCount + count, 2 * _logProbabilities.Length));
        }

        chunk.LogProbabilities.Span[..count].CopyTo(_logProbabilities.AsSpan(_idCount));
        _logProbabilityCount += count;
    }

    private TurnEvent ReadSegment(in HarmonySegment segment)
    {
        if (segment.Role is null)
        {
            return MakeEvent(segment, header: null);
        }

        // A message that the prompt began has no header among the sampled ids.
        bool isNew = _message?.Index != segment.MessageIndex;
        if (isNew)
        {
            _message = new TurnMessage(segment);
        }

        TurnEvent next = MakeEvent(segment, _message);
        if (!isNew || segment.Kind == HarmonySegmentKind.HeaderComplete)
        {
            return next;
        }

        _waiting = next;
        _isWaiting = true;
        return new TurnEvent(StartOf(_message!), next.IdIndex, _message);
    }

    private TurnEvent MakeEvent(in HarmonySegment segment, TurnMessage? header)
    {
        TurnEventKind kind = segment.Kind switch
        {
            HarmonySegmentKind.HeaderComplete => StartOf(header!),
            HarmonySegmentKind.ContentDelta => DeltaOf(header!),
            HarmonySegmentKind.MessageEnd => EndOf(header!, segment.EndToken),
            HarmonySegmentKind.Diagnostic => TurnEventKind.Diagnostic,
            _ => TurnEventKind.Skipped,
        };

        // The rest of the answer would only be skipped.
        IsOver |= segment.Kind == HarmonySegmentKind.StopString;
        object? whole = segment.Kind == HarmonySegmentKind.MessageEnd ? NextMessage() : null;
        int idIndex = segment.IdIndex;
        ReadOnlyMemory<int> ids = Copy(segment.Ids, ref _ids);
        return new TurnEvent(kind, idIndex, header, whole)
        {
            Diagnostic = segment.Diagnostic,
            DiagnosticText = segment.DiagnosticText,
            Utf8 = Copy(segment.Utf8, ref _utf8),
            Ids = ids,
            LogProbabilities = idIndex + ids.Length <= _logProbabilityCount
                ? _logProbabilities.AsMemory(idIndex, ids.Length)
                : default,
        };
    }

    private Message? NextMessage() =>
        _readMessages < _parser.Messages.Count ? _parser.Messages[_readMessages++] : null;

    private static TurnEventKind StartOf(TurnMessage message) =>
        message.IsToolCall ? TurnEventKind.ToolCallStart : TurnEventKind.MessageStart;

    private static TurnEventKind DeltaOf(TurnMessage message) =>
        message.IsToolCall ? TurnEventKind.ToolCallDelta
        : message.Destination == MessageDestination.Reasoning ? TurnEventKind.ReasoningDelta
        : TurnEventKind.TextDelta;

    // A call that no end token ended may lack half of its arguments.
    private static TurnEventKind EndOf(TurnMessage message, int? endToken) =>
        message.IsToolCall && endToken is not null ? TurnEventKind.ToolCallEnd : TurnEventKind.MessageEnd;

    private TurnResult MakeResult() => new()
    {
        FinishReason = _parser.FinishReason switch
        {
            HarmonyFinishReason.Stop => TurnFinishReason.Stop,
            HarmonyFinishReason.ToolCalls => TurnFinishReason.ToolCalls,
            HarmonyFinishReason.StopString => TurnFinishReason.StopString,
            _ => _engineReason switch
            {
                TokenFinishReason.Length => TurnFinishReason.Length,
                TokenFinishReason.Aborted => TurnFinishReason.Aborted,
                _ => TurnFinishReason.Incomplete,
            },
        },
        PromptTokens = _prompt!.Length,
        CachedPromptTokens = _cached,
        Completion = _parser.Counts,
        MatchedStopString = _parser.MatchedStopString,
        Messages = ValueList.FromEnumerable(_parser.Messages),
    };

    private static ReadOnlyMemory<T> Copy<T>(ReadOnlySpan<T> items, ref T[] buffer)
    {
        if (items.Length > buffer.Length)
        {
            buffer = new T[Math.Max(items.Length, 2 * buffer.Length)];
        }

        items.CopyTo(buffer);
        return buffer.AsMemory(0, items.Length);
    }
}
