using Harmony.Core;
using Harmony.Engines;
using Harmony.Extensions.AI.Requests;
using Harmony.Extensions.AI.Values;
using Microsoft.Extensions.AI;
using TextContent = Microsoft.Extensions.AI.TextContent;

namespace Harmony.Extensions.AI.Responses;

/// <summary>Maps the events of one turn to updates: one message id for each Harmony message.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="modelId">The model's name.</param>
/// <param name="streams">Whether text comes in deltas; if not, at its message's end.</param>
internal sealed class UpdateMapper(TurnRequest request, string modelId, bool streams)
{
    private readonly string _responseId = Guid.NewGuid().ToString("N");
    private readonly DateTimeOffset _createdAt = DateTimeOffset.UtcNow;
    private string? _messageId;
    private AdditionalPropertiesDictionary? _channel;
    private TurnNotes? _diagnostics;
    private TurnNotes? _skipped;

    /// <summary>Maps an event; null if there is nothing to tell yet.</summary>
    public ChatResponseUpdate? Map(in TurnEvent one)
    {
        // The model may go on as the user, a tool or the system: that is no part of its answer.
        bool isForged = one.Header is { Role: not Role.Assistant };
        switch (one.Kind)
        {
            case TurnEventKind.MessageStart or TurnEventKind.ToolCallStart when !isForged:
                Begin(one.Header!);
                return null;
            case TurnEventKind.TextDelta or TurnEventKind.ReasoningDelta when isForged:
                (_skipped ??= new TurnNotes()).Add(one.Text);
                return null;
            case TurnEventKind.TextDelta when streams && !one.Utf8.IsEmpty:
                return MakeUpdate(new TextContent(one.Text) { AdditionalProperties = _channel });
            case TurnEventKind.ReasoningDelta when streams && !request.HidesReasoning && !one.Utf8.IsEmpty:
                return MakeUpdate(new TextReasoningContent(one.Text));
            case TurnEventKind.MessageEnd or TurnEventKind.ToolCallEnd when !isForged:
                return End(one);
            case TurnEventKind.Diagnostic:
                (_diagnostics ??= new TurnNotes()).Add(
                    $"{one.Diagnostic} at {one.IdIndex}: {one.DiagnosticText}\n");
                return null;
            case TurnEventKind.Skipped when !one.Utf8.IsEmpty:
                (_skipped ??= new TurnNotes()).Add(one.Text);
                return null;
            case TurnEventKind.TurnEnd:
                return Finish(one.Result!);
            default:
                return null;
        }
    }

    private void Begin(TurnMessage header)
    {
        _messageId = $"{_responseId}-{header.Index}";
        _channel = header.Channel is null || header.Destination == MessageDestination.Reasoning
            ? null
            : new AdditionalPropertiesDictionary { [HarmonyProperties.Channel] = header.Channel };
    }

    /// <summary>Ends a message: with its call, with the text that did not stream, and with its ids.</summary>
    private ChatResponseUpdate? End(in TurnEvent one)
    {
        Message message = one.Message!;
        string? ids = SampledMessages.Write(message);
        AIContent? content = null;
        if (one.Header!.IsToolCall)
        {
            content = MakeCall(one.Header, message, isComplete: one.Kind == TurnEventKind.ToolCallEnd);
        }
        else if (one.Header.Destination != MessageDestination.Reasoning)
        {
            content = streams || message.Text.Length == 0
                ? null
                : new TextContent(message.Text) { AdditionalProperties = _channel };
        }
        else if (request.HidesReasoning)
        {
            content = ids is null ? null : new TextReasoningContent("") { ProtectedData = ids };
            ids = null;
        }
        else if (!streams && message.Text.Length > 0)
        {
            content = new TextReasoningContent(message.Text);
        }

        AdditionalPropertiesDictionary? properties =
            MakeProperties(ids, _diagnostics?.TakeForMessage(), _skipped?.TakeForMessage());
        if (content is null && properties is null)
        {
            return null;
        }

        ChatResponseUpdate update = MakeUpdate(content);
        update.AdditionalProperties = properties;
        update.RawRepresentation = message;
        return update;
    }

    private FunctionCallContent MakeCall(TurnMessage header, Message message, bool isComplete)
    {
        Dictionary<string, object?> arguments;
        Exception? unread = null;
        if (header.Recipient == ToolSet.Python && header.Destination != MessageDestination.Function)
        {
            arguments = new() { [ToolSet.CodeArgument] = message.Text };
        }
        else
        {
            unread = CallArguments.Read(message.Text, out arguments);
        }

        if (!isComplete)
        {
            unread = new InvalidOperationException("The call was cut off.", unread);
        }

        AdditionalPropertiesDictionary? properties = _channel;
        if (unread is not null)
        {
            properties = properties?.Clone() ?? [];
            properties[HarmonyProperties.RawArguments] = message.Text;
        }

        return new FunctionCallContent($"call_{_messageId}", request.Tools.GetName(header), arguments)
        {
            AdditionalProperties = properties,
            Exception = unread,

            // Half a call must not run, and no call if the request said so.
            InformationalOnly = !isComplete || !request.MayCall,
        };
    }

    private ChatResponseUpdate Finish(TurnResult result)
    {
        ChatResponseUpdate update = MakeUpdate(new UsageContent(new UsageDetails
        {
            InputTokenCount = result.PromptTokens,
            OutputTokenCount = result.Completion.Total,
            TotalTokenCount = result.PromptTokens + (long)result.Completion.Total,
            CachedInputTokenCount = result.CachedPromptTokens,
            ReasoningTokenCount = result.Completion.Reasoning,
        }));
        update.FinishReason = result.FinishReason switch
        {
            TurnFinishReason.Stop or TurnFinishReason.StopString => ChatFinishReason.Stop,
            TurnFinishReason.ToolCalls when request.MayCall => ChatFinishReason.ToolCalls,
            TurnFinishReason.ToolCalls => ChatFinishReason.Stop,
            TurnFinishReason.Length => ChatFinishReason.Length,
            TurnFinishReason.Aborted => new ChatFinishReason("aborted"),
            _ => new ChatFinishReason("incomplete"),
        };
        update.AdditionalProperties =
            MakeProperties(ids: null, _diagnostics?.TakeForTurn(), _skipped?.TakeForTurn());
        update.RawRepresentation = result;
        return update;
    }

    /// <summary>Makes the properties of a message's last update; null if there are none.</summary>
    private static AdditionalPropertiesDictionary? MakeProperties(
        string? ids, string? diagnostics, string? skipped)
    {
        AdditionalPropertiesDictionary? made = null;
        Set(HarmonyProperties.SampledIds, ids);
        Set(HarmonyProperties.Diagnostics, diagnostics?.TrimEnd('\n'));
        Set(HarmonyProperties.SkippedText, skipped);
        return made;

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                (made ??= [])[name] = value;
            }
        }
    }

    private ChatResponseUpdate MakeUpdate(AIContent? content) => new()
    {
        Role = ChatRole.Assistant,
        Contents = content is null ? [] : [content],
        ResponseId = _responseId,
        MessageId = _messageId,
        CreatedAt = _createdAt,
        ModelId = modelId,
    };
}
