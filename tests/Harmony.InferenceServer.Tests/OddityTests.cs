using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Harmony.Engines;
using Harmony.Tests;
using InferenceServer.Support;

namespace InferenceServer;

/// <summary>Whatever a model writes becomes a well-formed answer: the completions of
/// HarmonyParserOddityTests, through the whole server.</summary>
public sealed partial class OddityTests
{
    private const string Folder = "tests/Harmony.Core.Tests/Parsing";

    [GeneratedRegex("""InlineData\(\s*"(?<text>(?:[^"\\]|\\.)*)"(?=[,)])""")]
    private static partial Regex Case { get; }

    // An id for which there is no text stands in braces.
    [GeneratedRegex(@"\{(\d{6})\}")]
    private static partial Regex Id { get; }

    [Fact]
    public async Task Post_AnOddCompletion_IsAWellFormedAnswer()
    {
        string[] completions = [.. Directory
            .GetFiles(RepositoryFiles.PathOf(Folder), "HarmonyParserOddityTests*.cs")
            .SelectMany(static file => Case.Matches(File.ReadAllText(file)))
            .Select(static match => Regex.Unescape(match.Groups["text"].Value))
            .Distinct()];
        Assert.InRange(completions.Length, 150, 1000);
        int next = 0;
        int[] current = [];
        var engine = new ScriptedTokenGenerator(_ => current) { RecordsRequests = false };
        await using TestServer server = await TestServer.StartAsync(engine);
        for (; next < completions.Length; next++)
        {
            current = IdsOf(completions[next]);
            try
            {
                await CheckChatAsync(server, current);
                await CheckResponsesAsync(server);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"The completion {completions[next]} failed.", failure);
            }
        }
    }

    private static async Task CheckChatAsync(TestServer server, int[] ids)
    {
        (HttpStatusCode status, JsonNode whole) = await server.AskAsync(Prompts.Chat, Prompts.Ask());
        Assert.Equal(HttpStatusCode.OK, status);
        using HttpResponseMessage response = await server.PostAsync(
            Prompts.Chat, Prompts.Ask(stream: true, members: ",\"return_token_ids\":true"));
        List<JsonNode> chunks = await Sse.ReadChunksAsync(response);

        JsonNode choice = whole["choices"]![0]!;
        Assert.Contains((string?)choice["finish_reason"], (string[])["stop", "tool_calls"]);
        Assert.Equal((string?)choice["finish_reason"], (string?)chunks[^1]["choices"]![0]!["finish_reason"]);
        Assert.Equal((string?)choice["message"]!["content"] ?? "", Sse.ContentOf(chunks));
        string arguments = string.Concat(chunks
            .Select(static chunk => chunk["choices"]![0]!["delta"]!["tool_calls"]?[0]!["function"]!["arguments"])
            .Select(static text => (string?)text));
        Assert.Equal(
            string.Concat((choice["message"]!["tool_calls"]?.AsArray() ?? []).Select(
                static call => (string?)call!["function"]!["arguments"])),
            arguments);

        // The engine is stopped at the end of the turn; so far, each id is in one chunk.
        int[] sent = [.. chunks.SelectMany(static chunk =>
            (chunk["choices"]![0]!["token_ids"]?.AsArray() ?? []).Select(static id => (int)id!))];
        Assert.Equal(ids[..sent.Length], sent);
        Assert.Equal((int)whole["usage"]!["completion_tokens"]!, sent.Length);
    }

    private static async Task CheckResponsesAsync(TestServer server)
    {
        (HttpStatusCode status, JsonNode whole) = await server.AskAsync(Prompts.Responses, """{"input":"Hi"}""");
        Assert.Equal((HttpStatusCode.OK, "completed"), (status, (string?)whole["status"]));
        using HttpResponseMessage response = await server.PostAsync(
            Prompts.Responses, """{"input":"Hi","stream":true}""");
        List<System.Net.ServerSentEvents.SseItem<string>> events = await Sse.ReadAsync(response);
        Assert.Equal("response.completed", events[^1].EventType);
        Assert.Equal(
            whole["output"]!.AsArray().Select(static item => (string?)item!["type"]),
            JsonNode.Parse(events[^1].Data)!["response"]!["output"]!.AsArray().Select(
                static item => (string?)item!["type"]));
    }

    private static int[] IdsOf(string completion) =>
    [
        .. Id.Split(completion).SelectMany(static (part, i) => i % 2 == 1
            ? [int.Parse(part, CultureInfo.InvariantCulture)]
            : Prompts.Ids(part)),
    ];
}
