using Harmony.Core;
using Harmony.Engines;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Tests.Support;

/// <summary>Engines with a script, and what they were asked for.</summary>
internal static class Scripts
{
    public const string Answer = "<|channel|>final<|message|>Yes.<|return|>";

    public const string Thought = "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant";

    public const string Call = Thought
        + "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{\"city\":\"Oslo\"}<|call|>";

    public static ScriptedTokenGenerator Engine(params string[] completions) => ScriptedTokenGenerator.FromText(completions);

    /// <summary>The prompt of a request, as text.</summary>
    public static string Prompt(this ScriptedTokenGenerator engine, int request = 0) =>
        HarmonyEncoding.OpenAI.Decode(engine.Requests[request].PromptIds.Span);

    /// <summary>A prompt from the end of the system message on.</summary>
    public static string PromptTail(this ScriptedTokenGenerator engine, int request = 0)
    {
        string prompt = engine.Prompt(request);
        return prompt[(prompt.IndexOf("<|end|>", StringComparison.Ordinal) + "<|end|>".Length)..];
    }

    /// <summary>Maps a request and returns the prompt's part after the system message.</summary>
    public static async Task<string> MapAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null)
    {
        ScriptedTokenGenerator engine = Engine(Answer);
        await engine.AsIChatClient().GetResponseAsync(messages, options);
        return engine.PromptTail();
    }

    public static async Task<List<ChatResponseUpdate>> StreamAsync(
        this IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options = null)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(messages, options))
        {
            updates.Add(update);
        }

        return updates;
    }

    /// <summary>Runs one turn on a completion, streamed or not.</summary>
    public static async Task<ChatResponse> RunAsync(string completion, bool streams, ChatOptions? options = null)
    {
        IChatClient client = Engine(completion).AsIChatClient();
        return streams
            ? (await client.StreamAsync([new ChatMessage(ChatRole.User, "Hi")], options)).ToChatResponse()
            : await client.GetResponseAsync("Hi", options);
    }
}
