using System.Text.Json;
using Harmony.Engines;
using Harmony.Extensions.AI.Tests.Support;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Tests.Requests;

/// <summary>Tools and tool modes.</summary>
public sealed class ToolTests
{
    private const string CallHeader = "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>";

    private static readonly ChatMessage User = new(ChatRole.User, "Hi");

    [Fact]
    public async Task Prompt_OfAFunction_DeclaresIt() => Assert.Contains(
        "namespace functions {\n\n// The weather in a city.\ntype get_weather = (_: {\n// A city.\ncity: string,\n}) => any;",
        await Scripts.MapAsync([User], new Weather().Options),
        StringComparison.Ordinal);

    [Fact]
    public async Task Prompt_OfAFunctionWithoutParameters_DeclaresNone() => Assert.Contains(
        "type now = () => any;",
        await Scripts.MapAsync([User], new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "now")] }),
        StringComparison.Ordinal);

    [Fact]
    public async Task Prompt_OfADeclarationAlone_DeclaresIt()
    {
        AIFunctionDeclaration declaration = AIFunctionFactory.CreateDeclaration(
            "f", "Does it.", JsonElement.Parse("""{"type":"object","properties":{"n":{"type":"integer"}}}"""));

        Assert.Contains(
            "// Does it.\ntype f = (_: {\nn?: number,\n}) => any;",
            await Scripts.MapAsync([User], new ChatOptions { Tools = [declaration] }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"title":"\ud800"}""")]
    [InlineData("""{"\ud800, a name of some length":1}""")]
    public async Task Request_WithAFunctionWhoseSchemaIsNoText_IsRefused(string schema)
    {
        AIFunctionDeclaration declaration = AIFunctionFactory.CreateDeclaration("f", "Does it.", JsonElement.Parse(schema));
        NotSupportedException e = await Assert.ThrowsAsync<NotSupportedException>(
            () => Scripts.MapAsync([User], new ChatOptions { Tools = [declaration] }));

        Assert.StartsWith("The schema of the function 'f' cannot be written", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_OfANameThatIsNoIdentifier_HasTheNameAgain()
    {
        var weather = new Weather("Weather-get");
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Call.Replace("get_weather", "Weather_get", StringComparison.Ordinal));
        ChatResponse response = await engine.AsIChatClient().GetResponseAsync([User], weather.Options);

        Assert.Contains("type Weather_get = ", engine.Prompt(), StringComparison.Ordinal);
        Assert.Equal("Weather-get", Assert.IsType<FunctionCallContent>(response.Messages[1].Contents[0]).Name);
    }

    [Fact]
    public async Task Prompt_OfHostedTools_HasPythonAndBrowser()
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Answer);
        await engine.AsIChatClient().GetResponseAsync(
            [User], new ChatOptions { Tools = [new HostedCodeInterpreterTool(), new HostedWebSearchTool()] });

        Assert.Contains("\n## python\n", engine.Prompt(), StringComparison.Ordinal);
        Assert.Contains("namespace browser {", engine.Prompt(), StringComparison.Ordinal);
        Assert.StartsWith("<|start|>user", engine.PromptTail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_OfAFunctionThatRunsAHostedTool_DeclaresItOnce() => Assert.StartsWith(
        "<|start|>user",
        await Scripts.MapAsync([User], new ChatOptions
        {
            Tools = [new HostedCodeInterpreterTool(), AIFunctionFactory.Create((string code) => code, "python")],
        }),
        StringComparison.Ordinal);

    [Fact]
    public async Task Request_WithAnotherHostedTool_IsRefused()
    {
        NotSupportedException e = await Assert.ThrowsAsync<NotSupportedException>(
            () => Scripts.MapAsync([User], new ChatOptions { Tools = [new HostedFileSearchTool()] }));

        Assert.Contains("HostedFileSearchTool", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mode_None_DeclaresNothing() => Assert.StartsWith(
        "<|start|>user",
        await Scripts.MapAsync([User], With(ChatToolMode.None)),
        StringComparison.Ordinal);

    [Fact]
    public async Task Mode_None_DoesNotLetCallsRun()
    {
        ChatResponse response = await Scripts.RunAsync(Scripts.Call, streams: true, With(ChatToolMode.None));

        Assert.True(Assert.IsType<FunctionCallContent>(response.Messages[1].Contents[0]).InformationalOnly);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task Mode_Auto_LeavesTheChoice() => Assert.EndsWith(
        "<|start|>assistant", await Scripts.MapAsync([User], With(ChatToolMode.Auto)), StringComparison.Ordinal);

    [Fact]
    public async Task Mode_RequiredFunction_BeginsTheCall()
    {
        ScriptedTokenGenerator engine = Scripts.Engine("{\"city\":\"Oslo\"}<|call|>");
        ChatResponse response = await engine.AsIChatClient().GetResponseAsync(
            [User], With(ChatToolMode.RequireSpecific("get_weather")));

        Assert.EndsWith("<|start|>assistant" + CallHeader, engine.Prompt(), StringComparison.Ordinal);
        FunctionCallContent call = Assert.IsType<FunctionCallContent>(Assert.Single(Assert.Single(response.Messages).Contents));
        Assert.Equal(("get_weather", "Oslo"), (call.Name, call.Arguments!["city"]!.ToString()));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public async Task Mode_RequiredAnyOfOne_BeginsTheCall() => Assert.EndsWith(
        CallHeader, await Scripts.MapAsync([User], With(ChatToolMode.RequireAny)), StringComparison.Ordinal);

    [Fact]
    public async Task Mode_RequiredAnyOfSeveral_AsksForACall()
    {
        string prompt = await Scripts.MapAsync([User], new ChatOptions
        {
            Tools = [new Weather().Function, new Weather("other").Function],
            ToolMode = ChatToolMode.RequireAny,
        });

        Assert.Contains("# Instructions\n\nCall one of the functions now, instead of an answer.", prompt, StringComparison.Ordinal);
        Assert.EndsWith("<|start|>assistant", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mode_RequiredFunctionThatIsNotOffered_IsRefused()
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => Scripts.MapAsync([User], With(ChatToolMode.RequireSpecific("get_time"))));

        Assert.Contains("'get_time'", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(
            () => Scripts.MapAsync([User], new ChatOptions { ToolMode = ChatToolMode.RequireAny }));
    }

    [Fact]
    public async Task Constraint_OfARequiredFunction_IsItsSchema()
    {
        TokenConstraint constraint = await ConstrainAsync(With(ChatToolMode.RequireSpecific("get_weather")));

        Assert.Equal(TokenConstraintKind.JsonSchema, constraint.Kind);
        Assert.Contains("\"city\"", constraint.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Constraint_OfAJsonFormat_IsAGrammarOfTheWholeTurn()
    {
        ChatOptions options = With(ChatToolMode.Auto);
        options.ResponseFormat = ChatResponseFormat.Json;
        TokenConstraint constraint = await ConstrainAsync(options);

        Assert.Equal(TokenConstraintKind.Grammar, constraint.Kind);
        Assert.StartsWith(
            "root ::= (\"<|channel|>analysis<|message|>\" text \"<|end|><|start|>assistant\")? (answer | call)\n"
            + "answer ::= \"<|channel|>final<|message|>\" ws value\ncall ::= ",
            constraint.Text,
            StringComparison.Ordinal);
        Assert.Contains("to ::= \" to=functions.\" (\"get_weather\")\n", constraint.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Constraint_OfAnyRequiredFunction_LeavesNoAnswer()
    {
        TokenConstraint constraint = await ConstrainAsync(new ChatOptions
        {
            Tools = [new Weather().Function, new Weather("other").Function],
            ToolMode = ChatToolMode.RequireAny,
        });

        Assert.Contains("? (call)\ncall ::= ", constraint.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("answer", constraint.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Constraint_ThatIsNotSwitchedOn_IsNone()
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Answer);
        await engine.AsIChatClient().GetResponseAsync([User], new ChatOptions { ResponseFormat = ChatResponseFormat.Json });

        Assert.Null(engine.Requests[0].Constraint);
    }

    private static async Task<TokenConstraint> ConstrainAsync(ChatOptions options)
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Answer);
        await engine.AsIChatClient(new HarmonyChatClientOptions { ConstrainsSampling = true }).GetResponseAsync([User], options);
        return engine.Requests[0].Constraint!;
    }

    private static ChatOptions With(ChatToolMode mode) => new() { Tools = [new Weather().Function], ToolMode = mode };
}
