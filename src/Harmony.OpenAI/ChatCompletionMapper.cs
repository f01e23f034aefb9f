using System.Text.Json;
using Harmony.Core;
using Harmony.OpenAI.Mapping;

namespace Harmony.OpenAI;

/// <summary>Makes prompts of requests of Chat Completions. Thread-safe.</summary>
/// <remarks>docs/openai.md says what becomes of each member.</remarks>
public static class ChatCompletionMapper
{
    /// <summary>Makes the prompt that a request asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="store">Has the answers that the conversation may hold; null to take all messages as their
    /// text says.</param>
    /// <exception cref="OpenAIRequestException">Something is missing, wrong, or not possible; the exception
    /// names the place.</exception>
    public static HarmonyPrompt ToPrompt(
        ChatCompletionRequest request, OpenAIMappingOptions? options = null, ResponseStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        options ??= OpenAIMappingOptions.Default;
        RefuseWhatCannotBe(request);
        IReadOnlyList<ChatMessage> messages = request.Messages is { Count: > 0 } some
            ? some
            : throw Refusals.Missing("messages");
        string[] keys = store is null ? [] : ChatKey.AfterEach(messages);
        (PromptHistory before, int heldCount) = FindHistory(keys, messages, store);
        FunctionTools tools = FunctionTools.Read(
            [.. (request.Tools ?? []).Select(ReadTool)],
            NamesOfCalls(messages).Concat(before.FunctionNames),
            request.ToolChoice);
        ChatResponseFormat? form = request.ResponseFormat;
        AnswerFormat format = AnswerFormat.Read(
            form?.Type,
            "response_format.type",
            "response_format.json_schema",
            form?.JsonSchema?.Name,
            form?.JsonSchema?.Description,
            form?.JsonSchema?.Schema);
        var builder = new PromptBuilder(tools, before);
        for (int i = heldCount; i < messages.Count; i++)
        {
            string path = $"messages[{i}]";
            AddMessage(builder, messages[i] ?? throw Refusals.Missing(path), path, options);
        }

        return new HarmonyPrompt
        {
            Conversation = builder.ToConversation(
                options.SystemContent,
                Sampling.Effort(request.ReasoningEffort, "reasoning_effort"),
                ownInstructions: null,
                format),
            Model = request.Model,
            MaxTokens = Sampling.MaxTokens(request.MaxCompletionTokens, "max_completion_tokens")
                ?? Sampling.MaxTokens(request.MaxTokens, "max_tokens"),
            Temperature = Sampling.Temperature(request.Temperature),
            TopP = Sampling.TopP(request.TopP),
            Seed = request.Seed,
            StopStrings = Sampling.Stops(request.Stop),
            RequiredTool = tools.RequiredTool,
            MustCallTool = tools.MustCall,
            MustAnswerJson = format.IsJson,
            AnswerSchema = format.Schema?.Schema,
            Stream = request.Stream ?? false,
            IncludeUsage = request.StreamOptions?.IncludeUsage ?? false,
            ReturnTokenIds = request.ReturnTokenIds ?? false,
            Names = tools.Names,
            Tools = tools.Declared,
            History = builder.ToHistory(),
            ChatKey = keys.LastOrDefault(),
        };
    }

    /// <summary>Finds the longest part of the conversation that is held.</summary>
    private static (PromptHistory History, int MessageCount) FindHistory(
        string[] keys, IReadOnlyList<ChatMessage> messages, ResponseStore? store)
    {
        for (int i = keys.Length - 1; i >= 0; i--)
        {
            if (messages[i]?.Role == "assistant" && store!.Find(keys[i]) is PromptHistory held)
            {
                return (held, i + 1);
            }
        }

        return (PromptHistory.Empty, 0);
    }

    private static void AddMessage(
        PromptBuilder builder, ChatMessage message, string path, OpenAIMappingOptions options)
    {
        string contentPath = $"{path}.content";
        switch (message.Role)
        {
            case "system" or "developer":
                builder.AddInstructions(ContentTexts.ReadRequired(message.Content, contentPath));
                break;
            case "user":
                builder.AddUser(
                    ContentTexts.ReadRequired(message.Content, contentPath), message.Name, $"{path}.name");
                break;
            case "assistant":
                AddAssistant(builder, message, path, options);
                break;
            case "tool":
                builder.AddResult(
                    message.ToolCallId,
                    ContentTexts.ReadRequired(message.Content, contentPath),
                    $"{path}.tool_call_id");
                break;
            case null:
                throw Refusals.Missing($"{path}.role");
            case "function":
                throw Refusals.Unsupported($"{path}.role", "use 'tool', with 'tool_call_id'.");
            default:
                throw Refusals.Invalid(
                    $"{path}.role", "use 'system', 'developer', 'user', 'assistant' or 'tool'.");
        }
    }

    /// <summary>Adds what the model thought, said and called, in this order, as it samples them.</summary>
    private static void AddAssistant(
        PromptBuilder builder, ChatMessage message, string path, OpenAIMappingOptions options)
    {
        if (message.FunctionCall is { ValueKind: not JsonValueKind.Null })
        {
            throw Refusals.Unsupported($"{path}.function_call", "use 'tool_calls'.");
        }

        string? reasoning = message.ReasoningContent ?? message.Reasoning;
        if (options.KeepReasoning && !string.IsNullOrEmpty(reasoning))
        {
            builder.AddAssistant([reasoning], Channels.Analysis);
        }

        IReadOnlyList<ChatToolCall> calls = message.ToolCalls ?? [];
        IReadOnlyList<string> texts = ContentTexts.Read(message.Content, $"{path}.content");
        if (texts.All(static text => text.Length == 0) && message.Refusal is string refusal)
        {
            texts = [refusal];
        }

        // What is said before a call is a preamble; without a call, it is the answer.
        if (texts.Any(static text => text.Length > 0))
        {
            builder.AddAssistant(texts, calls.Count > 0 ? Channels.Commentary : Channels.Final);
        }
        else if (calls.Count == 0 && string.IsNullOrEmpty(reasoning))
        {
            builder.AddAssistant(
                texts.Count > 0 ? [""] : throw Refusals.Missing($"{path}.content"), Channels.Final);
        }

        for (int i = 0; i < calls.Count; i++)
        {
            string place = $"{path}.tool_calls[{i}]";
            ChatToolCall call = calls[i] ?? throw Refusals.Missing(place);
            if (call.Type is not (null or "function"))
            {
                throw Refusals.Unsupported($"{place}.type", "only calls of functions are possible.");
            }

            builder.AddCall(
                call.Id,
                call.Function?.Name,
                call.Function?.Arguments,
                $"{place}.id",
                $"{place}.function.name");
        }
    }

    private static FunctionSpec ReadTool(ChatTool? tool, int index)
    {
        string path = $"tools[{index}]";
        return tool?.Type switch
        {
            "function" when tool.Function is ChatFunction function => new FunctionSpec(
                $"{path}.function", function.Name, function.Description, function.Parameters),
            "function" => throw Refusals.Missing($"{path}.function"),
            null => throw Refusals.Missing($"{path}.type"),
            _ => throw Refusals.Unsupported(
                $"{path}.type", $"'{tool.Type}' is not possible; declare a function in its place."),
        };
    }

    private static IEnumerable<string> NamesOfCalls(IReadOnlyList<ChatMessage> messages) =>
        messages.SelectMany(static message => message?.ToolCalls ?? [])
            .Select(static call => call?.Function?.Name)
            .OfType<string>()
            .Where(static name => !string.IsNullOrWhiteSpace(name));

    private static void RefuseWhatCannotBe(ChatCompletionRequest request)
    {
        if (request.N is not (null or 1))
        {
            throw Refusals.Unsupported("n", "only 1 is possible. Send the request several times.");
        }

        if (request.Logprobs == true)
        {
            throw Refusals.Unsupported("logprobs", "there are no log probabilities. Leave it out.");
        }

        if (request.Modalities?.Any(static kind => kind != "text") == true)
        {
            throw Refusals.Unsupported("modalities", "only 'text' is possible.");
        }

        RefuseValue(request.Audio, "audio", "only text is possible. Leave it out.");
        RefuseValue(request.LogitBias, "logit_bias", "ids have no biases. Leave it out.");
        RefuseValue(request.Functions, "functions", "use 'tools'.");
        RefusePenalty(request.PresencePenalty, "presence_penalty");
        RefusePenalty(request.FrequencyPenalty, "frequency_penalty");
    }

    private static void RefuseValue(JsonElement? value, string path, string problem)
    {
        if (value is { ValueKind: not JsonValueKind.Null } some && some.GetRawText() is not ("{}" or "[]"))
        {
            throw Refusals.Unsupported(path, problem);
        }
    }

    private static void RefusePenalty(double? value, string path)
    {
        if (value is not (null or 0))
        {
            throw Refusals.Unsupported(path, "only 0 is possible.");
        }
    }
}
