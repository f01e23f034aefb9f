using Harmony.Engines;
using Harmony.Extensions.AI.Tests.Support;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Tests.Frameworks;

/// <summary>FunctionInvokingChatClient of Microsoft.Extensions.AI.</summary>
public sealed class FunctionInvocationTests
{
    private static readonly ChatMessage User = new(ChatRole.User, "Hi");

    private static readonly string Rome = Scripts.Call.Replace("Oslo", "Rome", StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invocation_OverRounds_RunsEachAndRepeatsWhatWasSampled(bool streams)
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Call, Rome, Scripts.Answer);
        var weather = new Weather();
        ChatResponse response = await RunAsync(engine, weather.Options, streams);

        Assert.Equal(["Oslo", "Rome"], weather.Cities);
        Assert.Equal("Yes.", response.Text);
        Assert.StartsWith(engine.Prompt(0) + Scripts.Call, engine.Prompt(1), StringComparison.Ordinal);
        Assert.StartsWith(engine.Prompt(1) + Rome, engine.Prompt(2), StringComparison.Ordinal);
        Assert.EndsWith("<|message|>rain in Rome<|end|><|start|>assistant", engine.Prompt(2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"city\": Oslo}", true)]
    [InlineData("{\"city\": Oslo}", false)]
    [InlineData("{\"city\":\"\\ud800\"}", true)]
    [InlineData("{\"city\":\"\\ud800\"}", false)]
    public async Task Invocation_OfArgumentsThatCannotBeRead_LetsTheModelTryAgain(string arguments, bool streams)
    {
        string bad = Scripts.Call.Replace("{\"city\":\"Oslo\"}", arguments, StringComparison.Ordinal);
        ScriptedTokenGenerator engine = Scripts.Engine(bad, Rome, Scripts.Answer);
        var weather = new Weather();
        ChatResponse response = await RunAsync(engine, weather.Options, streams);

        Assert.Equal(["Rome"], weather.Cities);
        Assert.Equal("Yes.", response.Text);
        Assert.StartsWith(engine.Prompt(0) + bad, engine.Prompt(1), StringComparison.Ordinal);
        Assert.Contains("Error: the arguments are not a JSON object", engine.Prompt(1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invocation_OfAnUnknownFunction_TellsTheModel(bool streams)
    {
        string unknown = Scripts.Call.Replace("get_weather", "get_time", StringComparison.Ordinal);
        ScriptedTokenGenerator engine = Scripts.Engine(unknown, Scripts.Answer);
        ChatResponse response = await RunAsync(engine, new Weather().Options, streams);

        Assert.Equal("Yes.", response.Text);
        Assert.StartsWith(engine.Prompt(0) + unknown, engine.Prompt(1), StringComparison.Ordinal);
        Assert.Matches("functions.get_time to=assistant.*get_time.* not found", engine.Prompt(1));
    }

    [Fact]
    public async Task Invocation_OfARequiredFunction_RequiresItOnce()
    {
        ScriptedTokenGenerator engine = Scripts.Engine("{\"city\":\"Oslo\"}<|call|>", Scripts.Answer);
        var weather = new Weather();
        ChatOptions options = weather.Options;
        options.ToolMode = ChatToolMode.RequireSpecific("get_weather");
        ChatResponse response = await RunAsync(engine, options, streams: true);

        Assert.Equal(["Oslo"], weather.Cities);
        Assert.Equal("Yes.", response.Text);
        Assert.StartsWith(engine.Prompt(0) + "{\"city\":\"Oslo\"}<|call|>", engine.Prompt(1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invocation_OfASession_KeepsItInEachRound(bool streams)
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Call, Rome, Scripts.Answer);
        ChatOptions options = new Weather().Options;
        options.AdditionalProperties = new() { [HarmonyProperties.SessionId] = "chat 1" };
        await RunAsync(engine, options, streams);

        Assert.Equal(["chat 1", "chat 1", "chat 1"], engine.Requests.Select(static one => one.SessionId));
        Assert.StartsWith(engine.Prompt(1) + Rome, engine.Prompt(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invocation_OfPython_RunsTheApplicationsOwn()
    {
        ScriptedTokenGenerator engine = Scripts.Engine("<|channel|>analysis to=python code<|message|>1 + 1<|call|>", Scripts.Answer);
        string? code = null;
        await RunAsync(
            engine,
            new ChatOptions
            {
                Tools =
                [
                    new HostedCodeInterpreterTool(),
                    AIFunctionFactory.Create((string code_) => code = code_, new AIFunctionFactoryOptions
                    {
                        Name = "python",
                        ConfigureParameterBinding = static _ => new()
                        {
                            BindParameter = static (_, arguments) => arguments["code"],
                        },
                    }),
                ],
            },
            streams: true);

        Assert.Equal("1 + 1", code);
        Assert.EndsWith(
            "<|start|>python to=assistant<|channel|>analysis<|message|>1 + 1<|end|><|start|>assistant",
            engine.Prompt(1),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invocation_OfACallThatIsCutOff_RunsNothing()
    {
        var weather = new Weather();
        ChatOptions options = weather.Options;
        options.MaxOutputTokens = 16;
        ChatResponse response = await RunAsync(Scripts.Engine(Scripts.Call), options, streams: true);

        Assert.Empty(weather.Cities);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
    }

    private static async Task<ChatResponse> RunAsync(ITokenGenerator engine, ChatOptions options, bool streams)
    {
        IChatClient client = engine.AsIChatClient().AsBuilder().UseFunctionInvocation().Build();
        return streams
            ? (await client.StreamAsync([User], options)).ToChatResponse()
            : await client.GetResponseAsync([User], options);
    }
}
