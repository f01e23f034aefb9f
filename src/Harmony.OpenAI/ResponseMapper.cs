using System.Text.Json;
using Harmony.Core;
using Harmony.OpenAI.Mapping;

namespace Harmony.OpenAI;

/// <summary>Makes prompts of requests of Responses. Thread-safe.</summary>
/// <remarks>docs/openai.md says what becomes of each member.</remarks>
public static class ResponseMapper
{
    /// <summary>Makes the prompt that a request asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="store">Has the responses that requests may go on from; null to refuse
    /// <c>previous_response_id</c>.</param>
    /// <exception cref="OpenAIRequestException">Something is missing, wrong, or not possible; the exception
    /// names the place.</exception>
    public static HarmonyPrompt ToPrompt(
        ResponseRequest request, OpenAIMappingOptions? options = null, ResponseStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        options ??= OpenAIMappingOptions.Default;
        RefuseWhatCannotBe(request);
        PromptHistory before = FindHistory(request.PreviousResponseId, store);
        IReadOnlyList<ResponseItem> items = request.Input ?? throw Refusals.Missing("input");
        FunctionTools tools = FunctionTools.Read(
            [.. (request.Tools ?? []).Select(ReadTool)],
            NamesOfCalls(items).Concat(before.FunctionNames),
            request.ToolChoice);
        ResponseTextFormat? form = request.Text?.Format;
        AnswerFormat format = AnswerFormat.Read(
            form?.Type, "text.format.type", "text.format", form?.Name, form?.Description, form?.Schema);
        var builder = new PromptBuilder(tools, before);
        for (int i = 0; i < items.Count; i++)
        {
            string path = $"input[{i}]";
            bool isBeforeCall = i + 1 < items.Count && items[i + 1]?.Type == "function_call";
            AddItem(builder, items[i] ?? throw Refusals.Missing(path), path, isBeforeCall, options);
        }

        return new HarmonyPrompt
        {
            Conversation = builder.ToConversation(
                options.SystemContent,
                Sampling.Effort(request.Reasoning?.Effort, "reasoning.effort"),
                request.Instructions,
                format),
            Model = request.Model,
            MaxTokens = Sampling.MaxTokens(request.MaxOutputTokens, "max_output_tokens"),
            Temperature = Sampling.Temperature(request.Temperature),
            TopP = Sampling.TopP(request.TopP),
            RequiredTool = tools.RequiredTool,
            MustCallTool = tools.MustCall,
            MustAnswerJson = format.IsJson,
            AnswerSchema = format.Schema?.Schema,
            Stream = request.Stream ?? false,
            Names = tools.Names,
            Tools = tools.Declared,
            History = builder.ToHistory(),
            ResponseRequest = request,
        };
    }

    private static PromptHistory FindHistory(string? id, ResponseStore? store)
    {
        const string Path = "previous_response_id";
        if (id is null)
        {
            return PromptHistory.Empty;
        }

        if (store is null)
        {
            throw Refusals.Unsupported(Path, "responses are not stored. Send the whole 'input'.");
        }

        return store.Find(id) ?? throw new OpenAIRequestException(
            $"Previous response with id '{id}' not found. It may have been too long ago, or not stored: send "
            + "the whole conversation as 'input'.",
            Path,
            "previous_response_not_found");
    }

    private static void AddItem(
        PromptBuilder builder,
        ResponseItem item,
        string path,
        bool isBeforeCall,
        OpenAIMappingOptions options)
    {
        switch (item.Type)
        {
            case null or "message":
                AddMessage(builder, item, path, isBeforeCall);
                break;
            case "reasoning":
                IReadOnlyList<string> texts = item.Content is { Count: > 0 }
                    ? ContentTexts.Read(item.Content, $"{path}.content")
                    : ContentTexts.Read(item.Summary, $"{path}.summary");
                if (options.KeepReasoning && texts.Count > 0)
                {
                    builder.AddAssistant(texts, Channels.Analysis);
                }

                break;
            case "function_call":
                builder.AddCall(item.CallId, item.Name, item.Arguments, $"{path}.call_id", $"{path}.name");
                break;
            case "function_call_output":
                builder.AddResult(
                    item.CallId,
                    ContentTexts.ReadRequired(item.Output, $"{path}.output"),
                    $"{path}.call_id");
                break;
            default:
                throw Refusals.Unsupported(
                    $"{path}.type",
                    $"'{item.Type}' is not possible; use 'message', 'reasoning', 'function_call' or "
                    + "'function_call_output'.");
        }
    }

    private static void AddMessage(PromptBuilder builder, ResponseItem item, string path, bool isBeforeCall)
    {
        IReadOnlyList<string> texts = ContentTexts.ReadRequired(item.Content, $"{path}.content");
        switch (item.Role)
        {
            case "system" or "developer":
                builder.AddInstructions(texts);
                break;
            case "user":
                builder.AddUser(texts, name: null, path);
                break;
            case "assistant":
                builder.AddAssistant(texts, isBeforeCall ? Channels.Commentary : Channels.Final);
                break;
            case null:
                throw Refusals.Missing($"{path}.role");
            default:
                throw Refusals.Invalid(
                    $"{path}.role", "use 'system', 'developer', 'user' or 'assistant'.");
        }
    }

    private static FunctionSpec ReadTool(ResponseTool? tool, int index)
    {
        string path = $"tools[{index}]";
        return tool?.Type switch
        {
            "function" => new FunctionSpec(path, tool.Name, tool.Description, tool.Parameters),
            null => throw Refusals.Missing($"{path}.type"),
            _ => throw Refusals.Unsupported(
                $"{path}.type", $"'{tool.Type}' is not possible; declare a function in its place."),
        };
    }

    private static IEnumerable<string> NamesOfCalls(IReadOnlyList<ResponseItem> items) =>
        items.Where(static item => item?.Type == "function_call")
            .Select(static item => item.Name)
            .OfType<string>()
            .Where(static name => !string.IsNullOrWhiteSpace(name));

    private static void RefuseWhatCannotBe(ResponseRequest request)
    {
        if (request.Background == true)
        {
            throw Refusals.Unsupported("background", "the answer comes at once. Leave it out.");
        }

        if (request.Conversation is { ValueKind: not JsonValueKind.Null })
        {
            throw Refusals.Unsupported("conversation", "use 'previous_response_id' or the whole 'input'.");
        }

        if (request.Prompt is { ValueKind: not JsonValueKind.Null })
        {
            throw Refusals.Unsupported("prompt", "prompts are not stored. Use 'instructions'.");
        }

        if (request.TopLogprobs is not (null or 0))
        {
            throw Refusals.Unsupported("top_logprobs", "there are no log probabilities. Leave it out.");
        }

        RepeatedJson.Check(request.Metadata, "metadata");
        RepeatedJson.Check(request.Text?.Format?.Schema, "text.format.schema");
    }
}
