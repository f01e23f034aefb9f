using Harmony.Bpe;
using Harmony.Core;
using Harmony.OpenAI.Mapping;

namespace Harmony.OpenAI;

/// <summary>What a request asks for, in terms of Harmony: the conversation and how to sample. Settings that
/// are null are the engine's own. Immutable and thread-safe.</summary>
public sealed class HarmonyPrompt
{
    internal HarmonyPrompt()
    {
    }

    /// <summary>The conversation, without the turn that is asked for.</summary>
    public required Conversation Conversation { get; init; }

    /// <summary>Names the conversation from request to request, as the session of
    /// <c>TurnRunner.RunAsync</c>: the id of its first answer. Null if a <see cref="ResponseStore"/> holds
    /// none of its answers.</summary>
    public string? ConversationId => History.ConversationId;

    /// <summary>The model's name in the request; null for none.</summary>
    public string? Model { get; init; }

    /// <summary>The most ids to sample.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The temperature, from 0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>The probability mass that ids are sampled from, over 0 and up to 1.</summary>
    public double? TopP { get; init; }

    /// <summary>The seed of the sampler.</summary>
    public long? Seed { get; init; }

    /// <summary>The strings that end the answer.</summary>
    public ValueList<StopString> StopStrings { get; init; }

    /// <summary>The tool that the model must call, with its namespace, such as
    /// <c>functions.get_weather</c>; null for its own choice. The prompt then ends with the header of that
    /// call.</summary>
    public string? RequiredTool { get; init; }

    /// <summary>Whether some tool must be called. If there are several to choose from, the prompt only asks
    /// for it.</summary>
    public bool MustCallTool { get; init; }

    /// <summary>Whether the answer must be JSON. The prompt only asks for it; constrained sampling can force
    /// it.</summary>
    public bool MustAnswerJson { get; init; }

    /// <summary>The schema of the answer; null for none.</summary>
    public JsonSchema? AnswerSchema { get; init; }

    /// <summary>Whether the answer is to be a stream of events.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether a stream of Chat Completions ends with the usage.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Whether an answer of Chat Completions has the ids of the prompt and of the
    /// completion.</summary>
    public bool ReturnTokenIds { get; init; }

    /// <summary>How to read what is sampled after this prompt.</summary>
    public HarmonyParserOptions ParserOptions => field ??= new HarmonyParserOptions
    {
        // As Render ends the prompt: the next one of the conversation repeats these ids.
        Continues = RequiredTool is string tool ? BeginCall(HarmonyEncoding.OpenAI, tool) : null,
        DeclaredTools = Tools is null ? [] : [Tools],
        StopStrings = StopStrings,
    };

    /// <summary>The names of tools, and the identifiers that stand for them in the prompt.</summary>
    internal ToolNameMap Names { get; init; } = ToolNameMap.Create();

    /// <summary>The functions that the model is told of; null for none.</summary>
    internal ToolNamespace? Tools { get; init; }

    /// <summary>What the conversation is made of, to go on with it.</summary>
    internal PromptHistory History { get; init; } = PromptHistory.Empty;

    /// <summary>The request of Responses that the prompt was made of, for what its response repeats; null for
    /// Chat Completions.</summary>
    internal ResponseRequest? ResponseRequest { get; init; }

    /// <summary>The key of the messages of a request of Chat Completions; null if there is no store for
    /// them.</summary>
    internal string? ChatKey { get; init; }

    /// <summary>Renders the prompt's ids, for an engine that takes ids. <c>TurnRunner</c> of
    /// GptOss.Harmony.Engines does the same from <see cref="Conversation"/> and
    /// <see cref="RequiredTool"/>.</summary>
    /// <param name="encoding">The encoding of the ids.</param>
    /// <returns>The ids, in a new array.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format, such as a schema
    /// that prints too much.</exception>
    public int[] Render(HarmonyEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return RequiredTool is string tool
            ? encoding.RenderForContinuation(Conversation.Add(BeginCall(encoding, tool)))
            : encoding.RenderForCompletion(Conversation);
    }

    /// <summary>Begins a call as models do, and as <c>TurnRunner</c> does: the channel first.</summary>
    private static Message BeginCall(HarmonyEncoding encoding, string tool)
    {
        var parser = new HarmonyParser(encoding);
        parser.Push(encoding.Encode(
            $"<|channel|>{Channels.Commentary} to={tool} <|constrain|>json<|message|>", EncodeOptions.AllSpecial));
        parser.Complete();
        return parser.Messages[0];
    }
}
