using System.Net;
using System.Text.Json.Nodes;
using Harmony.Engines;
using InferenceServer.Configuration;
using InferenceServer.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace InferenceServer;

public sealed class ServerApplicationTests
{
    [Fact]
    public async Task Create_NoArguments_ServesThePageAndAnAnswer()
    {
        await using TestServer server = await TestServer.StartAsync(engine: null, "--pace", "0");

        Assert.NotEmpty(await server.Http.GetStringAsync("/", TestServer.Cancelled));
        (HttpStatusCode status, JsonNode body) = await server.AskAsync(Prompts.Chat, Prompts.Ask("Ahoy <|end|>"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(
            "> Ahoy <|end|>", (string?)body["choices"]![0]!["message"]!["content"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Models_NamesTheModel()
    {
        await using TestServer server = await TestServer.StartAsync(
            ScriptedTokenGenerator.FromText(), "--model", "openai/gpt-oss-120b");

        JsonNode models = JsonNode.Parse(await server.Http.GetStringAsync("/v1/models", TestServer.Cancelled))!;
        JsonNode model = JsonNode.Parse(
            await server.Http.GetStringAsync("/v1/models/openai/gpt-oss-120b", TestServer.Cancelled))!;
        using HttpResponseMessage none = await server.Http.GetAsync("/v1/models/gpt-4", TestServer.Cancelled);

        Assert.Equal(("list", "openai/gpt-oss-120b"), ((string?)models["object"], (string?)models["data"]![0]!["id"]));
        Assert.Equal(("model", "openai/gpt-oss-120b"), ((string?)model["object"], (string?)model["id"]));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Theory]
    [InlineData("--engine", "gpt", "'gpt'", "llamacpp=URL")]
    [InlineData("--engine", "vllm=localhost", "'localhost'", "vllm=http://HOST:PORT")]
    [InlineData("--engine", "vllm=http://a,http://a/", "twice", "")]
    [InlineData("--engine", "llamacpp", "", "llamacpp=http://HOST:PORT")]
    [InlineData("--engine", "scripted=/no/such/file", "/no/such/file", "no such file")]
    [InlineData("--pace", "-1", "'-1'", "from 0")]
    [InlineData("--max-concurrent", "0", "'0'", "from 1")]
    [InlineData("--max-queue", "1.5", "'1.5'", "whole number")]
    [InlineData("--timeout", "soon", "'soon'", "seconds")]
    [InlineData("--log-text", "yes", "'yes'", "true or false")]
    [InlineData("--max-concurent", "1", "--max-concurent", "--max-concurrent")]
    [InlineData("--api-keys", "", "''", "write a value")]
    [InlineData("--api-keys", " , ", "' , '", "write a value")]
    [InlineData("--model", "", "''", "write a value")]
    [InlineData("--api-keys", "--log-text", "no value", "--api-keys VALUE")]
    [InlineData("-api-keys", "key", "no option", "--api-keys")]
    public void Create_AWrongOption_SaysWhatToWrite(string name, string value, string problem, string wayOut)
    {
        OptionsException refusal = Assert.Throws<OptionsException>(
            () => ServerApplication.Create([name, value]));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(wayOut, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--api-keys")]
    [InlineData("--log-text")]
    [InlineData("--engine")]
    public void Create_TheLastOptionHasNoValue_IsRefused(string name)
    {
        OptionsException refusal = Assert.Throws<OptionsException>(
            () => ServerApplication.Create(["--pace", "0", name]));

        Assert.Contains($"{name} has no value", refusal.Message, StringComparison.Ordinal);
    }

    // As an environment variable and as a list in appsettings.json.
    [Theory]
    [InlineData("api_keys", "")]
    [InlineData("api-keys:0", "key")]
    public void Read_KeysThatAreNone_AreRefused(string name, string value)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new KeyValuePair<string, string?>(name, value)]).Build();

        OptionsException refusal = Assert.Throws<OptionsException>(() => new OptionsReader(configuration).Read());

        Assert.Contains("--api-keys", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_EnvironmentVariables_NeedThePrefix()
    {
        // Both are of no consequence to other tests.
        Environment.SetEnvironmentVariable("MAX_CONVERSATION_BYTES", "many");
        Environment.SetEnvironmentVariable("HARMONY_MAX_CONVERSATIONS", "999");
        try
        {
            await using WebApplication app = ServerApplication.Create([]);

            ServerOptions options = app.Services.GetRequiredService<ServerOptions>();
            Assert.Equal((64 << 20, 999), (options.MaxConversationBytes, options.MaxConversations));
        }
        finally
        {
            Environment.SetEnvironmentVariable("MAX_CONVERSATION_BYTES", null);
            Environment.SetEnvironmentVariable("HARMONY_MAX_CONVERSATIONS", null);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[null]")]
    [InlineData("""[{"when":"x"}]""")]
    [InlineData("""[{"completion":"x","before":"y"}]""")]
    [InlineData("""[{"completion":"x","after":"y"}]""")]
    public async Task Create_AFileThatIsNoScript_IsRefused(string json)
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, json, TestServer.Cancelled);
            OptionsException refusal = Assert.Throws<OptionsException>(
                () => ServerApplication.Create(["--engine", $"scripted={path}"]));
            Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
