using Harmony.Core;
using Harmony.Engines;
using Microsoft.Extensions.AI;
using ReasoningEffort = Microsoft.Extensions.AI.ReasoningEffort;

namespace Harmony.Extensions.AI.Requests;

/// <summary>Maps requests: the system and the developer message here, the history and the options of the turn
/// with their own mappers. Thread-safe.</summary>
internal sealed class RequestMapper(HarmonyChatClientOptions options, HarmonyEncoding encoding)
{
    private const string MustCall = "Call one of the functions now, instead of an answer.";

    private static readonly JsonSchema AnyObject = JsonSchema.Parse("""{"type":"object"}""");

    private readonly ToolSetCache _tools = new(options.SchemaStyle);

    /// <summary>Maps a request.</summary>
    /// <exception cref="NotSupportedException">Something cannot be carried.</exception>
    /// <exception cref="ArgumentException">The request contradicts itself.</exception>
    public TurnRequest Map(IEnumerable<ChatMessage> messages, ChatOptions? chat, IChatClient client)
    {
        IReadOnlyList<ChatMessage> all = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        ToolSet tools = _tools.Get(chat?.Tools);
        bool mayCall = chat?.ToolMode is not NoneChatToolMode;
        TurnOptions turn = TurnOptionsMapper.Map(chat, tools, options.ConstrainsSampling, client);

        int first = 0;
        while (first < all.Count && HistoryMapper.IsInstruction(all[first]))
        {
            first++;
        }

        var mapped = new List<Message>(all.Count + 2) { Message.System(MakeSystem(chat, tools, mayCall)) };
        if (MakeDeveloper(all, first, chat, tools, mayCall) is DeveloperContent developer)
        {
            mapped.Add(Message.Developer(developer));
        }

        new HistoryMapper(all, tools, encoding, mapped).Map(first);
        return new TurnRequest(
            new Conversation(ValueList.FromEnumerable(mapped)),
            turn,
            tools,
            mayCall,
            chat?.Reasoning?.Output == ReasoningOutput.None);
    }

    private SystemContent MakeSystem(ChatOptions? chat, ToolSet tools, bool mayCall)
    {
        SystemContent system = options.System;
        if (chat?.Reasoning?.Effort is ReasoningEffort effort)
        {
            system = system with { ReasoningEffort = Map(effort) };
        }

        system = tools.HasBrowser && mayCall ? system.WithBrowserTool() : system;
        return tools.HasPython && mayCall ? system.WithPythonTool() : system;
    }

    /// <summary>Makes the developer message: the request's instructions and the messages that the
    /// conversation begins with, which other formats call the system prompt; the functions; the form of the
    /// answer.</summary>
    private static DeveloperContent? MakeDeveloper(
        IReadOnlyList<ChatMessage> messages, int count, ChatOptions? chat, ToolSet tools, bool mayCall)
    {
        List<string> instructions =
        [
            chat?.Instructions ?? "",
            .. messages.Take(count).Select(HistoryMapper.TextOf),
            TurnOptionsMapper.RequiresAny(chat, tools) ? MustCall : "",
        ];
        instructions.RemoveAll(string.IsNullOrEmpty);

        ToolNamespace? functions = mayCall ? tools.Functions : null;
        var format = chat?.ResponseFormat as ChatResponseFormatJson;
        return instructions.Count == 0 && functions is null && format is null
            ? null
            : new DeveloperContent
            {
                Instructions = instructions.Count == 0 ? null : string.Join("\n\n", instructions),
                Tools = functions is null ? null : [functions],
                ResponseFormats = format is null ? [] : [Map(format)],
            };
    }

    // Harmony has no effort below low and none above high.
    private static Core.ReasoningEffort Map(ReasoningEffort effort) => effort switch
    {
        ReasoningEffort.None or ReasoningEffort.Low => Core.ReasoningEffort.Low,
        ReasoningEffort.Medium => Core.ReasoningEffort.Medium,
        _ => Core.ReasoningEffort.High,
    };

    private static ResponseFormat Map(ChatResponseFormatJson format)
    {
        try
        {
            return new ResponseFormat(
                format.SchemaName ?? "json",
                format.Schema is { } schema ? JsonSchema.FromElement(schema) : AnyObject,
                format.SchemaDescription);
        }
        catch (HarmonyJsonException e)
        {
            throw new NotSupportedException(
                $"The schema of ChatOptions.ResponseFormat cannot be written into a prompt: {e.Message}", e);
        }
    }
}
