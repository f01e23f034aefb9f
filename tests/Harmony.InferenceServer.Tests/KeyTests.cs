using System.Net;
using System.Text.Json.Nodes;
using Harmony.Engines;
using InferenceServer.Support;

namespace InferenceServer;

/// <summary>API keys, and what they keep apart.</summary>
public sealed class KeyTests
{
    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 401)]
    [InlineData("key-1", 200)]
    [InlineData("key-2", 200)]
    public async Task Post_KeysAreConfigured_OneIsNeeded(string? key, int status)
    {
        await using TestServer server = await TestServer.StartAsync(
            ScriptedTokenGenerator.FromText(Prompts.Hello), "--api-keys", "key-1, key-2");

        using HttpResponseMessage response = await server.PostAsync(Prompts.Chat, Prompts.Ask(), key);
        JsonNode body = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestServer.Cancelled))!;

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 401 ? "invalid_api_key" : null, (string?)body["error"]?["code"]);
    }

    [Theory]
    [InlineData("/health", true)]
    [InlineData("/metrics", true)]
    [InlineData("/", true)]
    [InlineData("/v1/models", false)]
    [InlineData("/V1/models", false)]
    public async Task Get_KeysAreConfigured_OnlyTheApiIsClosed(string path, bool isOpen)
    {
        await using TestServer server = await TestServer.StartAsync(
            ScriptedTokenGenerator.FromText(), "--api-keys", "key-1");

        using HttpResponseMessage response = await server.Http.GetAsync(path, TestServer.Cancelled);

        Assert.Equal(isOpen ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/metrics")]
    public async Task Head_KeysAreConfigured_IsAsOpenAsGet(string path)
    {
        await using TestServer server = await TestServer.StartAsync(
            ScriptedTokenGenerator.FromText(), "--api-keys", "key-1");
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using HttpResponseMessage response = await server.Http.SendAsync(request, TestServer.Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Post_TwoKeys_ShareNeitherConversationsNorTheCache()
    {
        var engine = new ScriptedTokenGenerator(static _ => Prompts.Ids(Prompts.Hello));
        await using TestServer server = await TestServer.StartAsync(engine, "--api-keys", "key-1,key-2");
        using HttpResponseMessage first = await server.PostAsync(Prompts.Responses, """{"input":"Hi"}""", "key-1");
        JsonNode response = JsonNode.Parse(await first.Content.ReadAsStringAsync(TestServer.Cancelled))!;
        string next = $$"""{"input":"And?","previous_response_id":"{{response["id"]}}"}""";

        using HttpResponseMessage others = await server.PostAsync(Prompts.Responses, next, "key-2");
        using HttpResponseMessage own = await server.PostAsync(Prompts.Responses, next, "key-1");
        using HttpResponseMessage chat = await server.PostAsync(Prompts.Chat, Prompts.Ask(), "key-2");

        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.OK),
            (others.StatusCode, own.StatusCode, chat.StatusCode));
        string?[] salts = [.. engine.Requests.Select(static request => request.CacheSalt)];
        Assert.Equal(salts[0], salts[1]);
        Assert.NotEqual(salts[0], salts[2]);
        Assert.DoesNotContain("key-1", salts[0], StringComparison.Ordinal);
    }
}
