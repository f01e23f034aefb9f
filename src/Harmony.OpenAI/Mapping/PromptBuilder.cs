using Harmony.Core;

namespace Harmony.OpenAI.Mapping;

/// <summary>Collects the messages of a prompt. Not thread-safe.</summary>
internal sealed class PromptBuilder(FunctionTools tools, PromptHistory before)
{
    private readonly List<string> _instructions = [.. before.Instructions];
    private readonly List<Message> _messages =
        [.. before.Messages.Select(one => Renamed(one, before, tools))];

    private readonly Dictionary<string, string> _calls = new(before.Calls, StringComparer.Ordinal);

    public void AddInstructions(IReadOnlyList<string> texts) => _instructions.AddRange(texts);

    public void AddUser(IReadOnlyList<string> texts, string? name, string path)
    {
        HeaderWords.CheckName(name, path);
        _messages.Add(new Message(new Author(Role.User, name), ToContents(texts)));
    }

    public void AddAssistant(IReadOnlyList<string> texts, string channel) =>
        _messages.Add(new Message(Role.Assistant, ToContents(texts)) { Channel = channel });

    public void AddCall(string? id, string? name, string? arguments, string idPath, string namePath)
    {
        if (string.IsNullOrEmpty(id))
        {
            throw Refusals.Missing(idPath);
        }

        _calls[id] = string.IsNullOrWhiteSpace(name) ? throw Refusals.Missing(namePath) : name;
        _messages.Add(Message.ToolCall(RecipientOf(name), arguments ?? ""));
    }

    public void AddResult(string? callId, IReadOnlyList<string> texts, string path)
    {
        if (string.IsNullOrEmpty(callId))
        {
            throw Refusals.Missing(path);
        }

        string name = _calls.TryGetValue(callId, out string? called)
            ? called
            : throw Refusals.Invalid(path, $"no call before it has the id '{callId}'.");
        _messages.Add(Message.ToolResult(RecipientOf(name), string.Concat(texts)));
    }

    /// <summary>The history, before the instructions of the request alone are added.</summary>
    public PromptHistory ToHistory() =>
        new(ValueList.FromEnumerable(_instructions), ValueList.FromEnumerable(_messages), _calls)
        {
            ConversationId = before.ConversationId,
            Names = tools.Names,
        };

    /// <summary>Puts the system and the developer message before the others.</summary>
    /// <param name="system">The system message.</param>
    /// <param name="effort">How long to think; null for what the system message says.</param>
    /// <param name="ownInstructions">Instructions of this request alone, before all others; null for
    /// none.</param>
    /// <param name="format">The form of the answer.</param>
    public Conversation ToConversation(
        SystemContent system, ReasoningEffort? effort, string? ownInstructions, AnswerFormat format)
    {
        List<string> texts = [.. _instructions];
        if (ownInstructions is not null)
        {
            texts.Insert(0, ownInstructions);
        }

        if (format.IsJson && format.Schema is null)
        {
            texts.Add(AnswerFormat.JsonInstruction);
        }

        if (tools is { MustCall: true, RequiredTool: null })
        {
            texts.Add(FunctionTools.CallInstruction);
        }

        var messages = new List<Message>(_messages.Count + 2)
        {
            Message.System(effort is null ? system : system with { ReasoningEffort = effort }),
        };
        if (texts.Count > 0 || tools.Declared is not null || format.Schema is not null)
        {
            messages.Add(Message.Developer(new DeveloperContent
            {
                Instructions = texts.Count == 0 ? null : string.Join("\n\n", texts),
                Tools = tools.Declared is null ? null : [tools.Declared],
                ResponseFormats = format.Schema is null ? [] : [format.Schema],
            }));
        }

        messages.AddRange(_messages);
        return new Conversation(ValueList.FromEnumerable(messages));
    }

    private string RecipientOf(string name) => RecipientOf(name, tools.Names);

    private static string RecipientOf(string name, ToolNameMap names) =>
        $"{ToolNamespace.FunctionsName}.{names.GetIdentifier(name)}";

    /// <summary>Gives a held message the identifier that its function has now. With other tools, the old one
    /// may mean another function.</summary>
    private static Message Renamed(Message message, PromptHistory before, FunctionTools tools)
    {
        if (before.NameOf(message) is not string name
            || before.Names.GetIdentifier(name) == tools.Names.GetIdentifier(name))
        {
            return message;
        }

        string recipient = RecipientOf(name, tools.Names);
        return message.Role == Role.Tool
            ? message with { Author = message.Author with { Name = recipient } }
            : message with { Recipient = recipient };
    }

    private static Content[] ToContents(IReadOnlyList<string> texts) =>
        [.. texts.Select(static text => new TextContent(text))];
}
