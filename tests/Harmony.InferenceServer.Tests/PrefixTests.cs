using System.Text.Json.Nodes;
using Harmony.Bpe;
using Harmony.Core;
using Harmony.Engines;
using InferenceServer.Support;

namespace InferenceServer;

/// <summary>A prompt begins as the last one of its conversation ended: the engine's cache holds.</summary>
public sealed class PrefixTests
{
    // "Ahoy!" letter by letter: no tokenizer makes these ids of the text.
    private static readonly int[] Spelled =
    [
        .. Prompts.Ids("<|channel|>final<|message|>"),
        .. "Ahoy!".SelectMany(static letter => HarmonyEncoding.OpenAI.Encode($"{letter}", EncodeOptions.Ordinary)),
        .. Prompts.Ids("<|return|>"),
    ];

    [Fact]
    public async Task Post_TheNextTurn_RepeatsPromptAndCompletion()
    {
        var engine = new ScriptedTokenGenerator(Spelled, Prompts.Ids(Prompts.Hello), Prompts.Ids(Prompts.Hello));
        await using TestServer server = await TestServer.StartAsync(engine);
        const string Messages = """
            {"role":"system","content":"Brief."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Ahoy!"}
            """;

        await server.AskAsync(
            Prompts.Chat, """{"messages":[{"role":"system","content":"Brief."},{"role":"user","content":"Hi"}]}""");
        await server.AskAsync(
            Prompts.Chat, $$"""{"messages":[{{Messages}},{"role":"user","content":"And?"}]}""");
        await server.AskAsync(
            Prompts.Chat,
            $$"""
            {"messages":[{{Messages}},{"role":"user","content":"And?"},{"role":"assistant","content":"Ahoy, wörld!"},
            {"role":"user","content":"So?"}]}
            """);

        // All but the stop id, which the format writes in another way within a prompt.
        int[] second = engine.Requests[1].PromptIds.ToArray();
        int[] before = [.. engine.Requests[0].PromptIds.Span, .. Spelled[..^1]];
        Assert.Equal(before, second[..before.Length]);
        Assert.Equal(second, engine.Requests[2].PromptIds.ToArray()[..second.Length]);

        // One session, for engines and routers that keep one.
        Assert.Single(engine.Requests.Select(static request => request.SessionId).Distinct());
    }

    [Fact]
    public async Task Post_AToolLoop_RepeatsReasoningAndCall()
    {
        int[] call = Prompts.Ids(Prompts.Call);
        var engine = new ScriptedTokenGenerator(call, Prompts.Ids(Prompts.Hello));
        await using TestServer server = await TestServer.StartAsync(engine);
        const string Tools = """
            ,"tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object"}}}]
            """;
        (_, JsonNode answer) = await server.AskAsync(Prompts.Chat, Prompts.Ask(members: Tools));
        JsonNode message = answer["choices"]![0]!["message"]!;
        message.AsObject().Remove("reasoning_content");

        await server.AskAsync(Prompts.Chat, $$"""
            {"messages":[{"role":"user","content":"Hi"},{{message.ToJsonString()}},{"role":"tool","content":"Rain.",
            "tool_call_id":"{{message["tool_calls"]![0]!["id"]}}"}]{{Tools}}}
            """);

        int[] before = [.. engine.Requests[0].PromptIds.Span, .. call];
        Assert.Equal(before, engine.Requests[1].PromptIds.ToArray()[..before.Length]);
    }

    [Fact]
    public async Task Post_AResponseGoesOn_RepeatsPromptAndCompletion()
    {
        var engine = new ScriptedTokenGenerator(Spelled, Prompts.Ids(Prompts.Hello));
        await using TestServer server = await TestServer.StartAsync(engine);
        (_, JsonNode first) = await server.AskAsync(Prompts.Responses, """{"input":"Hi"}""");

        await server.AskAsync(
            Prompts.Responses, $$"""{"input":"And?","previous_response_id":"{{first["id"]}}"}""");

        int[] before = [.. engine.Requests[0].PromptIds.Span, .. Spelled[..^1]];
        Assert.Equal(before, engine.Requests[1].PromptIds.ToArray()[..before.Length]);
        Assert.Equal(engine.Requests[0].SessionId, engine.Requests[1].SessionId);
    }

    [Fact]
    public async Task Post_MoreConversationsThanAreHeld_ForgetsTheOldest()
    {
        var engine = new ScriptedTokenGenerator(_ => Spelled);
        await using TestServer server = await TestServer.StartAsync(engine, "--max-conversations", "2");
        for (int i = 0; i < 3; i++)
        {
            await server.AskAsync(Prompts.Chat, Prompts.Ask($"{i}"));
        }

        foreach (int i in (int[])[2, 0])
        {
            await server.AskAsync(Prompts.Chat, $$"""
                {"messages":[{"role":"user","content":"{{i}}"},{"role":"assistant","content":"Ahoy!"},
                {"role":"user","content":"And?"}]}
                """);
        }

        IReadOnlyList<TokenRequest> requests = engine.Requests;
        Assert.Equal(requests[2].SessionId, requests[3].SessionId);
        Assert.NotEqual(requests[0].SessionId, requests[4].SessionId);
    }
}
