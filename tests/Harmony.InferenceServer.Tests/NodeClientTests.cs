using System.Diagnostics;
using System.Text.Json.Nodes;
using Harmony.Engines;
using Harmony.Tests;
using InferenceServer.Support;

namespace InferenceServer;

/// <summary>npm's <c>openai</c>, in a process of its own: node/client.js says what it does.</summary>
[Trait("Needs", "npm")]
public sealed class NodeClientTests
{
    [Fact]
    public async Task Client_AllCalls_GetTheirAnswers()
    {
        string folder = RepositoryFiles.PathOf("tests/Harmony.InferenceServer.Tests/node");
        bool isExpected = Environment.GetEnvironmentVariable("CI") == "true";
        Assert.SkipUnless(
            isExpected || Directory.Exists(Path.Combine(folder, "node_modules", "openai")),
            $"npm's openai is not there. Run 'npm ci' in {folder}, which .ci/run does.");
        int[] broken = Prompts.Ids("<|channel|>final<|message|>Aho");
        string[] completions = [Prompts.Hello, Prompts.Call, Prompts.Hello, Prompts.Hello, Prompts.Hello];
        int next = 0;
        var scripted = new ScriptedTokenGenerator(_ => Prompts.Ids(completions[next++]));
        var engine = new BreakingGenerator(scripted, completions.Length, broken);
        await using TestServer server = await TestServer.StartAsync(engine);

        JsonNode result = JsonNode.Parse(await RunAsync(folder, $"{server.Address}"))!;

        Assert.Equal("Ahoy, wörld!", (string?)result["streamed"]);
        Assert.Equal(Prompts.Ids(Prompts.Hello).Length, (int)result["usage"]!);
        Assert.Equal("Ahoy, wörld!", (string?)result["answer"]);
        Assert.Equal("""["Oslo"]""", result["places"]!.ToJsonString());
        Assert.Equal("Ahoy, wörld!", (string?)result["response"]);
        Assert.Equal("Ahoy, wörld!", (string?)result["next"]);
        Assert.Equal("""["BadRequestError",400,"temperature"]""", result["refusal"]!.ToJsonString());
        Assert.Equal("Aho", (string?)result["before"]);
        Assert.Equal("""["APIError","engine_failed"]""", result["failure"]!.ToJsonString());

        // Its tool loop sends text alone; the second prompt repeats what was sampled.
        int[] before = [.. scripted.Requests[1].PromptIds.Span, .. Prompts.Ids(Prompts.Call)];
        Assert.Equal(before, scripted.Requests[2].PromptIds.ToArray()[..before.Length]);
    }

    private static async Task<string> RunAsync(string folder, string address)
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["client.js", address])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = node.StandardOutput.ReadToEndAsync(TestServer.Cancelled);
        Task<string> errors = node.StandardError.ReadToEndAsync(TestServer.Cancelled);
        await node.WaitForExitAsync(TestServer.Cancelled);
        Assert.True(node.ExitCode == 0, await errors);
        return await output;
    }
}
