using System.Text;
using Harmony.Core;
using Harmony.OpenAI.Mapping;

namespace Harmony.OpenAI;

/// <summary>
/// Writes one answer of Chat Completions from the ids that are sampled: chunks while they come, or the whole
/// answer at the end. Whatever the model writes becomes an answer. Not thread-safe.
/// </summary>
/// <remarks>Reasoning goes to a field of its own. Messages to the user are joined with a blank line; if the
/// answer must be JSON, preambles go to the reasoning, so that the content is the JSON alone. The arguments
/// of a call are the text as it was sampled, and names lack the namespace <c>functions</c>.</remarks>
/// <example><code>
/// var writer = new ChatCompletionWriter(prompt);
/// foreach (ChatCompletionChunk chunk in writer.Push(ids)) // as often as ids come
/// {
///     OpenAIEventStream.Write(chunk, body);
/// }
///
/// foreach (ChatCompletionChunk chunk in writer.Complete(new TurnEnding(promptTokens)))
/// {
///     OpenAIEventStream.Write(chunk, body);
/// }
/// </code></example>
public sealed class ChatCompletionWriter : ITurnSink
{
    private const string IdPrefix = "chatcmpl-";

    private readonly HarmonyPrompt _prompt;
    private readonly ReasoningField _reasoningField;
    private readonly TurnPartReader _reader;
    private readonly IReadOnlyList<int>? _promptIds;
    private readonly List<int>? _ids;
    private readonly string _id;
    private readonly string _model;
    private readonly long _created;
    private readonly StringBuilder _content = new();
    private readonly StringBuilder _reasoning = new();
    private readonly StringBuilder _arguments = new();
    private readonly List<ChatToolCall> _calls = [];
    private List<ChatCompletionChunk> _chunks = [];
    private TurnPartKind _kind;
    private bool _isFirstText;
    private bool _hasBegun;
    private ChatUsage? _usage;
    private string _finishReason = "stop";

    /// <summary>Creates a writer for one answer.</summary>
    /// <param name="prompt">The prompt that the ids are sampled after.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <exception cref="HarmonyRenderException">The request asks for the prompt's ids, and a message cannot
    /// be written in the format.</exception>
    public ChatCompletionWriter(HarmonyPrompt prompt, OpenAIWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= OpenAIWriterOptions.Default;
        _prompt = prompt;
        _reasoningField = options.ReasoningField;
        _reader = new TurnPartReader(prompt, options.Encoding, this);
        if (prompt.ReturnTokenIds)
        {
            _promptIds = prompt.Render(options.Encoding);
            _ids = [];
        }

        _id = options.Id ?? $"{IdPrefix}{Guid.NewGuid():N}";
        _model = options.Model ?? prompt.Model ?? "";
        _created = (options.Created ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
    }

    /// <summary>The messages that are complete, with the ids that they were sampled as.</summary>
    public IReadOnlyList<Message> Messages => _reader.Messages;

    /// <summary>Takes the next ids.</summary>
    /// <param name="ids">The ids, one or many, stop ids included.</param>
    /// <returns>The chunks that they make; empty if there is nothing new to show.</returns>
    /// <exception cref="InvalidOperationException">The answer is complete.</exception>
    public IReadOnlyList<ChatCompletionChunk> Push(ReadOnlySpan<int> ids)
    {
        _reader.Push(ids);
        if (_reader.Ids is { Count: > 0 })
        {
            AddChunk(new ChatDelta());
        }

        return TakeChunks();
    }

    /// <summary>Takes the end of the turn.</summary>
    /// <param name="ending">What the engine says about it.</param>
    /// <returns>The last chunks: what was held back, the finish reason, and the usage if it was asked
    /// for.</returns>
    /// <exception cref="InvalidOperationException">The answer is complete.</exception>
    public IReadOnlyList<ChatCompletionChunk> Complete(TurnEnding ending)
    {
        if (_usage is not null)
        {
            throw new InvalidOperationException("The answer is complete.");
        }

        _reader.Complete();
        HarmonyTokenCounts counts = _reader.Counts;
        _usage = new ChatUsage
        {
            PromptTokens = ending.PromptTokens,
            CompletionTokens = counts.Total,
            TotalTokens = ending.PromptTokens + counts.Total,
            PromptTokensDetails = new PromptTokensDetails { CachedTokens = ending.CachedPromptTokens ?? 0 },
            CompletionTokensDetails = new CompletionTokensDetails { ReasoningTokens = counts.Reasoning },
        };
        _finishReason = _reader.FinishReason switch
        {
            HarmonyFinishReason.ToolCalls => "tool_calls",
            HarmonyFinishReason.Incomplete when ending.ReachedLimit => "length",
            _ => "stop",
        };
        AddChunk(new ChatDelta(), _finishReason);
        if (_prompt.IncludeUsage)
        {
            _chunks.Add(MakeChunk([], _usage));
        }

        return TakeChunks();
    }

    /// <summary>The whole answer, for a client that wants no stream.</summary>
    /// <exception cref="InvalidOperationException">The answer is not complete.</exception>
    public ChatCompletion ToCompletion() => new()
    {
        Id = _id,
        Created = _created,
        Model = _model,
        PromptTokenIds = _promptIds,
        Usage = _usage ?? throw new InvalidOperationException("The answer is not complete."),
        Choices =
        [
            new ChatChoice
            {
                FinishReason = _finishReason,
                TokenIds = _ids,
                Message = new ChatMessage
                {
                    Role = "assistant",
                    Content = _content.Length == 0 && _calls.Count > 0
                        ? null
                        : [ContentPart.OfText(_content.ToString())],
                    ReasoningContent = ReasoningFor(ReasoningField.ReasoningContent),
                    Reasoning = ReasoningFor(ReasoningField.Reasoning),
                    ToolCalls = _calls.Count == 0 ? null : _calls,
                },
            },
        ],
    };

    /// <summary>What the next request of the conversation goes on from.</summary>
    /// <param name="key">The conversation's key with this answer.</param>
    /// <returns>The history; null if no store holds it, or the answer is not whole.</returns>
    /// <exception cref="InvalidOperationException">The answer is not complete.</exception>
    internal PromptHistory? ToHistory(out string key)
    {
        ChatMessage message = ToCompletion().Choices[0].Message;
        key = "";
        if (_prompt.ChatKey is not string before || _reader.FinishReason == HarmonyFinishReason.Incomplete)
        {
            return null;
        }

        key = ChatKey.After(before, message);
        var calls = new Dictionary<string, string>(_prompt.History.Calls, StringComparer.Ordinal);
        foreach (ChatToolCall call in _calls)
        {
            calls[call.Id!] = call.Function!.Name!;
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
        _isFirstText = true;
        if (kind != TurnPartKind.Call)
        {
            return;
        }

        _arguments.Clear();
        _calls.Add(new ChatToolCall
        {
            Id = $"call_{Suffix}_{_calls.Count}",
            Type = "function",
            Function = new ChatFunctionCall { Name = functionName, Arguments = "" },
        });
        AddCallChunk(_calls[^1].Id, "function", functionName, "");
    }

    void ITurnSink.Append(string text)
    {
        if (_kind == TurnPartKind.Call)
        {
            _arguments.Append(text);
            AddCallChunk(id: null, type: null, name: null, text);
            return;
        }

        // Of the same kind, messages are one text: a blank line parts them.
        StringBuilder all = _kind == TurnPartKind.Reasoning ? _reasoning : _content;
        text = _isFirstText && all.Length > 0 ? "\n\n" + text : text;
        _isFirstText = false;
        all.Append(text);
        if (_kind == TurnPartKind.Text)
        {
            AddChunk(new ChatDelta { Content = text });
        }
        else if (_reasoningField != ReasoningField.None)
        {
            AddChunk(_reasoningField == ReasoningField.Reasoning
                ? new ChatDelta { Reasoning = text }
                : new ChatDelta { ReasoningContent = text });
        }
    }

    void ITurnSink.End(bool isWhole)
    {
        if (_kind == TurnPartKind.Call)
        {
            ChatToolCall call = _calls[^1];
            _calls[^1] = new ChatToolCall
            {
                Id = call.Id,
                Type = call.Type,
                Function = new ChatFunctionCall
                {
                    Name = call.Function!.Name,
                    Arguments = _arguments.ToString(),
                },
            };
        }
    }

    private string Suffix =>
        _id.StartsWith(IdPrefix, StringComparison.Ordinal) ? _id[IdPrefix.Length..] : _id;

    private string? ReasoningFor(ReasoningField field) =>
        field == _reasoningField && _reasoning.Length > 0 ? _reasoning.ToString() : null;

    private void AddCallChunk(string? id, string? type, string? name, string arguments) => AddChunk(
        new ChatDelta
        {
            ToolCalls =
            [
                new ChatToolCall
                {
                    Index = _calls.Count - 1,
                    Id = id,
                    Type = type,
                    Function = new ChatFunctionCall { Name = name, Arguments = arguments },
                },
            ],
        });

    private void AddChunk(ChatDelta delta, string? finishReason = null)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            var first = new ChatDelta { Role = "assistant", Content = "" };
            _chunks.Add(MakeChunk([new ChatChunkChoice { Delta = first }], promptIds: _promptIds));
        }

        var choice = new ChatChunkChoice { Delta = delta, FinishReason = finishReason, TokenIds = TakeIds() };
        _chunks.Add(MakeChunk([choice]));
    }

    private ChatCompletionChunk MakeChunk(
        IReadOnlyList<ChatChunkChoice> choices,
        ChatUsage? usage = null,
        IReadOnlyList<int>? promptIds = null) => new()
        {
            Id = _id,
            Created = _created,
            Model = _model,
            Choices = choices,
            Usage = usage,
            PromptTokenIds = promptIds,
        };

    private int[]? TakeIds()
    {
        if (_reader.Ids is not { } read)
        {
            return null;
        }

        int[] taken = [.. read];
        _ids!.AddRange(taken);
        read.Clear();
        return taken;
    }

    private List<ChatCompletionChunk> TakeChunks()
    {
        List<ChatCompletionChunk> taken = _chunks;
        _chunks = [];
        return taken;
    }
}
