using System.Text;
using System.Text.Json;
using Harmony.Core;
using Harmony.OpenAI.Mapping;

namespace Harmony.OpenAI;

/// <summary>
/// Writes one response from the ids that are sampled: events while they come, or the whole response at the
/// end. Each message of the model is one item. Whatever the model writes becomes a response. Not thread-safe.
/// </summary>
/// <example><code>
/// var writer = new ResponseWriter(prompt);
/// Send(writer.Start());
/// Send(writer.Push(ids)); // as often as ids come
/// Send(writer.Complete(new TurnEnding(promptTokens)));
/// store.Add(writer);
/// </code></example>
public sealed class ResponseWriter : ITurnSink
{
    private const string IdPrefix = "resp_";
    private const string Running = "in_progress";

    private readonly ResponseRequest _request;
    private readonly HarmonyPrompt _prompt;
    private readonly TurnPartReader _reader;
    private readonly string _id;
    private readonly string _model;
    private readonly long _created;
    private readonly List<ResponseItem> _output = [];
    private readonly StringBuilder _text = new();
    private List<ResponseStreamEvent> _events = [];
    private TurnPartKind _kind;
    private string? _functionName;
    private int _sequenceNumber;
    private bool _hasStarted;
    private string _status = Running;
    private ResponseError? _error;
    private ResponseUsage? _usage;

    /// <summary>Creates a writer for one response.</summary>
    /// <param name="prompt">The prompt that the ids are sampled after, made by
    /// <see cref="ResponseMapper"/>.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <exception cref="ArgumentException">The prompt was made of a request of Chat Completions.</exception>
    public ResponseWriter(HarmonyPrompt prompt, OpenAIWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= OpenAIWriterOptions.Default;
        _request = prompt.ResponseRequest
            ?? throw new ArgumentException("The prompt was not made by ResponseMapper.", nameof(prompt));
        _prompt = prompt;
        _reader = new TurnPartReader(prompt, options.Encoding, this);
        _id = options.Id ?? $"{IdPrefix}{Guid.NewGuid():N}";
        _model = options.Model ?? prompt.Model ?? "";
        _created = (options.Created ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
    }

    /// <summary>The messages that are complete, with the ids that they were sampled as.</summary>
    public IReadOnlyList<Message> Messages => _reader.Messages;

    /// <summary>Begins the stream, before the first id; <see cref="Push"/> does it otherwise.</summary>
    /// <returns>The events <c>response.created</c> and <c>response.in_progress</c>.</returns>
    public IReadOnlyList<ResponseStreamEvent> Start()
    {
        BeginStream();
        return TakeEvents();
    }

    /// <summary>Takes the next ids.</summary>
    /// <param name="ids">The ids, one or many, stop ids included.</param>
    /// <returns>The events that they make; empty if there is nothing new to show.</returns>
    /// <exception cref="InvalidOperationException">The response is over.</exception>
    public IReadOnlyList<ResponseStreamEvent> Push(ReadOnlySpan<int> ids)
    {
        ThrowIfOver();
        BeginStream();
        _reader.Push(ids);
        return TakeEvents();
    }

    /// <summary>Takes the end of the turn.</summary>
    /// <param name="ending">What the engine says about it.</param>
    /// <returns>The last events: what was held back, and <c>response.completed</c> or
    /// <c>response.incomplete</c>.</returns>
    /// <exception cref="InvalidOperationException">The response is over.</exception>
    public IReadOnlyList<ResponseStreamEvent> Complete(TurnEnding ending)
    {
        ThrowIfOver();
        BeginStream();
        _reader.Complete();
        HarmonyTokenCounts counts = _reader.Counts;
        _usage = new ResponseUsage
        {
            InputTokens = ending.PromptTokens,
            InputTokensDetails = new PromptTokensDetails { CachedTokens = ending.CachedPromptTokens ?? 0 },
            OutputTokens = counts.Total,
            OutputTokensDetails = new CompletionTokensDetails { ReasoningTokens = counts.Reasoning },
            TotalTokens = ending.PromptTokens + counts.Total,
        };
        _status = _reader.FinishReason == HarmonyFinishReason.Incomplete && ending.ReachedLimit
            ? "incomplete"
            : "completed";
        AddResponseEvent($"response.{_status}");
        return TakeEvents();
    }

    /// <summary>Takes the news that the engine failed. Items that were begun stay as they are.</summary>
    /// <param name="message">What went wrong, for people. It goes to the client: no secrets.</param>
    /// <returns>The event <c>response.failed</c>.</returns>
    /// <exception cref="InvalidOperationException">The response is over.</exception>
    public IReadOnlyList<ResponseStreamEvent> Fail(string message)
    {
        ThrowIfOver();
        BeginStream();
        _status = "failed";
        _error = new ResponseError { Code = "server_error", Message = message };
        AddResponseEvent("response.failed");
        return TakeEvents();
    }

    /// <summary>The whole response, for a client that wants no stream.</summary>
    /// <exception cref="InvalidOperationException">The response is not over.</exception>
    public Response ToResponse() => _status == Running
        ? throw new InvalidOperationException("The response is not over.")
        : MakeResponse();

    /// <summary>What the next request of the conversation goes on from.</summary>
    internal PromptHistory ToHistory()
    {
        var calls = new Dictionary<string, string>(_prompt.History.Calls, StringComparer.Ordinal);
        foreach (ResponseItem call in _output.Where(static item => item.CallId is not null))
        {
            calls[call.CallId!] = call.Name!;
        }

        return _prompt.History with
        {
            Messages = _prompt.History.Messages.AddRange([.. _reader.OwnMessages]),
            Calls = calls,
            ConversationId = _prompt.ConversationId ?? _id,
        };
    }

    void ITurnSink.Begin(TurnPartKind kind, string? functionName)
    {
        _kind = kind;
        _functionName = functionName;
        _text.Clear();
        _output.Add(MakeItem(Running, hasText: false));
        AddItemEvent("response.output_item.added");
        if (kind != TurnPartKind.Call)
        {
            AddPartEvent("response.content_part.added");
        }
    }

    void ITurnSink.Append(string text)
    {
        _text.Append(text);
        _events.Add(new ResponseStreamEvent
        {
            Type = $"{EventPrefix}.delta",
            SequenceNumber = _sequenceNumber++,
            ItemId = _output[^1].Id,
            OutputIndex = _output.Count - 1,
            ContentIndex = ContentIndex,
            Delta = text,
            Logprobs = Logprobs,
        });
    }

    void ITurnSink.End(bool isWhole)
    {
        bool isCall = _kind == TurnPartKind.Call;
        _output[^1] = MakeItem(isWhole ? "completed" : "incomplete", hasText: true);
        _events.Add(new ResponseStreamEvent
        {
            Type = $"{EventPrefix}.done",
            SequenceNumber = _sequenceNumber++,
            ItemId = _output[^1].Id,
            OutputIndex = _output.Count - 1,
            ContentIndex = ContentIndex,
            Text = isCall ? null : _text.ToString(),
            Name = _functionName,
            Arguments = isCall ? _text.ToString() : null,
            Logprobs = Logprobs,
        });
        if (!isCall)
        {
            AddPartEvent("response.content_part.done");
        }

        AddItemEvent("response.output_item.done");
    }

    private string EventPrefix => _kind switch
    {
        TurnPartKind.Call => "response.function_call_arguments",
        TurnPartKind.Reasoning => "response.reasoning_text",
        _ => "response.output_text",
    };

    private int? ContentIndex => _kind == TurnPartKind.Call ? null : 0;

    private IReadOnlyList<JsonElement>? Logprobs => _kind == TurnPartKind.Text ? [] : null;

    private void ThrowIfOver()
    {
        if (_status != Running)
        {
            throw new InvalidOperationException("The response is over.");
        }
    }

    private void BeginStream()
    {
        if (!_hasStarted)
        {
            _hasStarted = true;
            AddResponseEvent("response.created");
            AddResponseEvent("response.in_progress");
        }
    }

    /// <summary>Makes the item of the part that is being read.</summary>
    private ResponseItem MakeItem(string status, bool hasText)
    {
        // At its end the part replaces the last item.
        int index = hasText ? _output.Count - 1 : _output.Count;
        string ownId = _id.StartsWith(IdPrefix, StringComparison.Ordinal) ? _id[IdPrefix.Length..] : _id;
        string suffix = $"{ownId}_{index}";
        return _kind switch
        {
            TurnPartKind.Call => new ResponseItem
            {
                Type = "function_call",
                Id = $"fc_{suffix}",
                Status = status,
                CallId = $"call_{suffix}",
                Name = _functionName,
                Arguments = _text.ToString(),
            },
            TurnPartKind.Reasoning => new ResponseItem
            {
                Type = "reasoning",
                Id = $"rs_{suffix}",
                Status = status,
                Summary = [],
                Content = hasText ? [MakePart()] : [],
            },
            _ => new ResponseItem
            {
                Type = "message",
                Id = $"msg_{suffix}",
                Status = status,
                Role = "assistant",
                Content = hasText ? [MakePart()] : [],
            },
        };
    }

    private ContentPart MakePart() => _kind == TurnPartKind.Reasoning
        ? ContentPart.Reasoning(_text.ToString())
        : ContentPart.Output(_text.ToString());

    private void AddItemEvent(string type) => _events.Add(new ResponseStreamEvent
    {
        Type = type,
        SequenceNumber = _sequenceNumber++,
        OutputIndex = _output.Count - 1,
        Item = _output[^1],
    });

    private void AddPartEvent(string type) => _events.Add(new ResponseStreamEvent
    {
        Type = type,
        SequenceNumber = _sequenceNumber++,
        ItemId = _output[^1].Id,
        OutputIndex = _output.Count - 1,
        ContentIndex = 0,
        Part = MakePart(),
    });

    private void AddResponseEvent(string type) => _events.Add(new ResponseStreamEvent
    {
        Type = type,
        SequenceNumber = _sequenceNumber++,
        Response = MakeResponse(),
    });

    private Response MakeResponse() => new()
    {
        Id = _id,
        CreatedAt = _created,
        Status = _status,
        Error = _error,
        IncompleteDetails = _status == "incomplete"
            ? new ResponseIncompleteDetails { Reason = "max_output_tokens" }
            : null,
        Model = _model,
        Output = [.. _output],
        Usage = _usage,
        Instructions = _request.Instructions,
        PreviousResponseId = _request.PreviousResponseId,
        Store = _request.Store ?? true,
        Tools = _request.Tools ?? [],
        ToolChoice = _request.ToolChoice ?? ToolChoice.Auto,
        Reasoning = _request.Reasoning,
        Text = _request.Text,
        MaxOutputTokens = _request.MaxOutputTokens,
        Temperature = _request.Temperature,
        TopP = _request.TopP,
        Metadata = _request.Metadata,
    };

    private List<ResponseStreamEvent> TakeEvents()
    {
        List<ResponseStreamEvent> taken = _events;
        _events = [];
        return taken;
    }
}
