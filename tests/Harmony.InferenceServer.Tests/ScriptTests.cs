using System.Text.Json.Nodes;
using InferenceServer.Support;

namespace InferenceServer;

/// <summary>The demonstration, which runs without any option but its pace.</summary>
public sealed class ScriptTests
{
    private const string Tools = """
        ,"tools":[{"type":"function","function":{"name":"get-weather","parameters":{"type":"object"}}}]
        """;

    [Fact]
    public async Task Play_AToolLoop_CallsTheFirstFunctionAndSaysItsResult()
    {
        await using TestServer server = await TestServer.StartAsync(engine: null, "--pace", "0");
        (_, JsonNode first) = await server.AskAsync(Prompts.Chat, Prompts.Ask("Rain?", members: Tools));
        JsonNode call = first["choices"]![0]!["message"]!;

        (_, JsonNode second) = await server.AskAsync(Prompts.Chat, $$"""
            {"messages":[{"role":"user","content":"Rain?"},{{call.ToJsonString()}},
            {"role":"tool","content":"No <|end|> of rain.","tool_call_id":"{{call["tool_calls"]![0]!["id"]}}"}]
            {{Tools}}}
            """);

        Assert.Equal("get-weather", (string?)call["tool_calls"]![0]!["function"]!["name"]);
        Assert.Equal(
            "The tool says: No <|end|> of rain.", (string?)second["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task Play_ARequiredTool_CallsItAlone()
    {
        await using TestServer server = await TestServer.StartAsync(engine: null, "--pace", "0");

        (_, JsonNode answer) = await server.AskAsync(
            Prompts.Chat, Prompts.Ask("Rain?", members: Tools + ",\"tool_choice\":\"required\""));

        Assert.Equal(
            "{}", (string?)answer["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!["arguments"]);
    }

    [Fact]
    public async Task Play_AWordThatTheScriptKnows_HasItsOwnAnswer()
    {
        await using TestServer server = await TestServer.StartAsync(engine: null, "--pace", "0");

        (_, JsonNode poem) = await server.AskAsync(Prompts.Chat, Prompts.Ask("A POEM, please."));
        (_, JsonNode other) = await server.AskAsync(Prompts.Chat, Prompts.Ask("An ode, please."));

        Assert.Contains("numbers in a row", $"{poem}", StringComparison.Ordinal);
        Assert.Contains("No model runs here", $"{other}", StringComparison.Ordinal);
    }
}
