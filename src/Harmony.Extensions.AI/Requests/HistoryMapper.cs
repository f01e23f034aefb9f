using System.Text.Json;
using Harmony.Core;
using Harmony.Extensions.AI.Values;
using Microsoft.Extensions.AI;
using TextContent = Microsoft.Extensions.AI.TextContent;

namespace Harmony.Extensions.AI.Requests;

/// <summary>Maps the messages of a request. Each call is followed by its result, as the model would have
/// sampled it: parallel calls become rounds. For one request.</summary>
internal sealed class HistoryMapper(
    IReadOnlyList<ChatMessage> messages, ToolSet tools, HarmonyEncoding encoding, List<Message> mapped)
{
    private static readonly ChatRole Developer = new("developer");

    private readonly ToolNamespaceCollection _declared = tools.Functions is null ? [] : [tools.Functions];

    // Null until there is a result.
    private HashSet<FunctionResultContent>? _used;

    /// <summary>Whether a message is one of the system or of the developer: instructions, in Harmony's
    /// words.</summary>
    public static bool IsInstruction(ChatMessage message) =>
        message.Role == ChatRole.System || message.Role == Developer;

    /// <summary>Returns the text of a message that may have nothing else.</summary>
    /// <exception cref="NotSupportedException">It has something else.</exception>
    public static string TextOf(ChatMessage message, int index)
    {
        foreach (AIContent content in message.Contents)
        {
            if (content is not TextContent)
            {
                throw Refusal(content, message, index);
            }
        }

        return message.Text;
    }

    /// <summary>Maps the messages from one on.</summary>
    public void Map(int first)
    {
        for (int i = first; i < messages.Count; i++)
        {
            ChatMessage message = messages[i];
            if (message.Role == ChatRole.Assistant)
            {
                MapAssistant(message, i);
            }
            else if (IsInstruction(message))
            {
                mapped.Add(Message.Developer(TextOf(message, i)));
            }
            else if (message.Role == ChatRole.User || message.Role == ChatRole.Tool)
            {
                MapUserOrTool(message, i);
            }
            else
            {
                throw new NotSupportedException(
                    $"Message {i} has the role '{message.Role}', which Harmony does not know. Use system, "
                    + "user, assistant or tool.");
            }
        }
    }

    private void MapUserOrTool(ChatMessage message, int index)
    {
        bool hasResults = false;
        foreach (AIContent content in message.Contents)
        {
            if (content is FunctionResultContent result)
            {
                hasResults = true;
                CheckUsed(result, index);
            }
            else if (content is not TextContent || message.Role == ChatRole.Tool)
            {
                throw Refusal(content, message, index);
            }
        }

        if (message.Role == ChatRole.User && !(hasResults && message.Text.Length == 0))
        {
            mapped.Add(Message.User(message.Text));
        }
    }

    private void MapAssistant(ChatMessage message, int index)
    {
        if (TryRepeat(message, index))
        {
            return;
        }

        for (int i = 0; i < message.Contents.Count; i++)
        {
            switch (message.Contents[i])
            {
                case TextReasoningContent:
                    string thought = JoinRun<TextReasoningContent>(message, ref i, static one => one.Text);
                    Add(thought, Channels.Analysis);
                    break;
                case TextContent text:
                    string channel = ChannelOf(text, message, i);
                    Add(JoinRun<TextContent>(message, ref i, static one => one.Text), channel);
                    break;
                case FunctionCallContent call:
                    MapCall(call, index);
                    break;
                case FunctionResultContent result:
                    CheckUsed(result, index);
                    break;
                case UsageContent or ErrorContent:
                    // For the application, not for the model.
                    break;
                case AIContent other:
                    throw Refusal(other, message, index);
            }
        }
    }

    private void Add(string text, string channel)
    {
        if (text.Length > 0)
        {
            mapped.Add(Message.Assistant(text, channel));
        }
    }

    /// <summary>Adds a message as it was sampled, if it still says what was sampled.</summary>
    private bool TryRepeat(ChatMessage message, int index)
    {
        // Reasoning that is not to be shown has its ids where providers keep such things.
        AIContent? content = message.Contents.Count == 1 ? message.Contents[0] : null;
        string? ids = message.AdditionalProperties.FindText(HarmonyProperties.SampledIds)
            ?? (content as TextReasoningContent)?.ProtectedData;
        if (ids is null
            || SampledMessages.Read(ids, encoding, _declared) is not Message sampled
            || !Says(sampled, message, content))
        {
            return false;
        }

        mapped.Add(sampled);
        if (content is FunctionCallContent call)
        {
            string recipient = tools.GetRecipient(call.Name);
            Exception? unread = recipient == ToolSet.Python ? null : CallArguments.Read(sampled.Text, out _);
            AddResult(call, recipient, unread, index);
        }

        return true;
    }

    /// <summary>Whether a message that ids are read as says what its contents say, and nothing more. The ids
    /// may come from a store that others write to: no answer may become a call, or a message of the
    /// system.</summary>
    private bool Says(Message sampled, ChatMessage message, AIContent? content)
    {
        if (sampled.Role != Role.Assistant)
        {
            return false;
        }

        if (content is FunctionCallContent call)
        {
            return IsCallOf(sampled, call);
        }

        return sampled.Recipient is null or "all" && content switch
        {
            TextReasoningContent { ProtectedData: not null, Text: "" } =>
                sampled.Channel == Channels.Analysis,
            TextReasoningContent thought =>
                sampled.Channel == Channels.Analysis && sampled.Text == thought.Text,
            TextContent text => sampled.Text == text.Text
                && sampled.Channel == text.AdditionalProperties.FindText(HarmonyProperties.Channel),
            _ => message.Contents.Count == 0 && sampled.Text.Length == 0,
        };
    }

    private bool IsCallOf(Message sampled, FunctionCallContent call)
    {
        string recipient = tools.GetRecipient(call.Name);
        bool isSame = sampled.Recipient == recipient
            || recipient.EndsWith($".{sampled.Recipient}", StringComparison.Ordinal);
        return isSame && (recipient == ToolSet.Python
            ? sampled.Text == PythonCode(call)
            : CallArguments.Same(sampled.Text, call));
    }

    private void MapCall(FunctionCallContent call, int index)
    {
        string recipient = tools.GetRecipient(call.Name);
        string? raw = call.AdditionalProperties.FindText(HarmonyProperties.RawArguments);
        if (recipient == ToolSet.Python)
        {
            string code = PythonCode(call) ?? raw ?? JsonWriting.Write(call);
            mapped.Add(new Message(Role.Assistant, code)
            {
                Recipient = recipient,
                Channel = Channels.Analysis,
                ContentType = ContentTypes.Code,
            });
            AddResult(call, recipient, unread: null, index);
            return;
        }

        mapped.Add(Message.ToolCall(recipient, raw ?? JsonWriting.Write(call)));
        AddResult(call, recipient, raw is null ? call.Exception : CallArguments.Read(raw, out _), index);
    }

    /// <summary>Adds the result of a call, if there is one in this message or a later one.</summary>
    private void AddResult(FunctionCallContent call, string recipient, Exception? unread, int index)
    {
        if (FindResult(call.CallId, index) is not FunctionResultContent result)
        {
            return;
        }

        Message answer = Message.ToolResult(recipient, ResultText.Of(result, unread));

        // The built-in tools answer on the channel on which they are called.
        mapped.Add(ToolSet.IsBuiltIn(recipient) ? answer with { Channel = Channels.Analysis } : answer);
    }

    private FunctionResultContent? FindResult(string callId, int from)
    {
        for (int i = from; i < messages.Count; i++)
        {
            foreach (AIContent content in messages[i].Contents)
            {
                if (content is FunctionResultContent result && result.CallId == callId
                    && (_used ??= []).Add(result))
                {
                    return result;
                }
            }
        }

        return null;
    }

    private void CheckUsed(FunctionResultContent result, int index)
    {
        if (_used?.Contains(result) != true)
        {
            throw new ArgumentException(
                $"Message {index} has a result of the call '{result.CallId}', and no message before it has "
                + "that call. Keep a call and its result together, or leave both out.");
        }
    }

    private static string? PythonCode(FunctionCallContent call) =>
        call.Arguments is { Count: 1 } && call.Arguments.TryGetValue(ToolSet.CodeArgument, out object? code)
            ? code is JsonElement json ? JsonStrings.TextOf(json) : code?.ToString()
            : null;

    // Whatever channel the model or a store may name: these two can stand in a header.
    private static string ChannelOf(TextContent text, ChatMessage message, int index) =>
        text.AdditionalProperties.FindText(HarmonyProperties.Channel) switch
        {
            Channels.Commentary => Channels.Commentary,
            null when IsBeforeCall(message, index) => Channels.Commentary,
            _ => Channels.Final,
        };

    private static bool IsBeforeCall(ChatMessage message, int index)
    {
        for (int i = index + 1; i < message.Contents.Count; i++)
        {
            if (message.Contents[i] is FunctionCallContent)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Joins contents of one kind and channel, and moves to the last of them.</summary>
    private static string JoinRun<T>(ChatMessage message, ref int index, Func<T, string> textOf)
        where T : AIContent
    {
        var first = (T)message.Contents[index];
        string? channel = first.AdditionalProperties.FindText(HarmonyProperties.Channel);
        string joined = textOf(first);
        while (index + 1 < message.Contents.Count && message.Contents[index + 1] is T next
            && next.AdditionalProperties.FindText(HarmonyProperties.Channel) == channel)
        {
            joined += textOf(next);
            index++;
        }

        return joined;
    }

    private static NotSupportedException Refusal(AIContent content, ChatMessage message, int index) => new(
        $"Message {index} ({message.Role}) has a {content.GetType().Name}, which Harmony cannot carry there. "
        + "Send text, and calls and results of functions; describe other things in words.");
}
