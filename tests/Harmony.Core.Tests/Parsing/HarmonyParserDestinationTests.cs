using Harmony.Bpe;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Whom messages are for.</summary>
public class HarmonyParserRouteTests
{
    private static readonly ToolNamespaceCollection Declared =
    [
        ToolNamespace.Functions(new ToolDescription("f", "")), ToolNamespace.Python,
        new ToolNamespace("crm", new ToolDescription("find", "")),
    ];

    [Theory]
    [InlineData("<|channel|>final", HarmonyRoute.User)]
    [InlineData("<|channel|>commentary", HarmonyRoute.User)]
    [InlineData("<|channel|>commentary to=all", HarmonyRoute.User)]
    [InlineData("", HarmonyRoute.User)]
    [InlineData("<|channel|>analysis", HarmonyRoute.Reasoning)]
    [InlineData("<|channel|>thoughts", HarmonyRoute.Unknown)]
    [InlineData("<|start|>user", HarmonyRoute.Unknown)]
    [InlineData("<|start|>functions.f to=assistant<|channel|>commentary", HarmonyRoute.Unknown)]
    [InlineData("<|channel|>commentary to=functions.f", HarmonyRoute.Function)]
    [InlineData("<|channel|>analysis to=functions.f", HarmonyRoute.Function)]
    [InlineData("<|channel|>final to=functions.f", HarmonyRoute.Function)]
    [InlineData(" to=functions.f", HarmonyRoute.Function)]
    [InlineData("<|channel|>analysis to=browser.search", HarmonyRoute.BuiltInTool)]
    [InlineData("<|channel|>analysis to=python", HarmonyRoute.BuiltInTool)]
    [InlineData("<|channel|>commentary to=get_weather", HarmonyRoute.Unknown)]
    [InlineData("<|channel|>commentary to=crm.find", HarmonyRoute.Unknown)]
    public void Route_NoToolsDeclared_IsByTheRecipientOrTheChannel(string header, HarmonyRoute route) =>
        Check(header, route, HarmonyParserOptions.Default);

    [Theory]
    [InlineData("<|channel|>final", HarmonyRoute.User)]
    [InlineData("<|channel|>analysis", HarmonyRoute.Reasoning)]
    [InlineData("<|channel|>commentary to=functions.f", HarmonyRoute.Function)]
    [InlineData("<|channel|>commentary to=crm.find", HarmonyRoute.Function)]
    [InlineData("<|channel|>commentary to=functions.g", HarmonyRoute.UndeclaredTool)]
    [InlineData("<|channel|>commentary to=crm", HarmonyRoute.UndeclaredTool)]
    [InlineData("<|channel|>analysis to=python", HarmonyRoute.BuiltInTool)]
    [InlineData("<|channel|>analysis to=browser.search", HarmonyRoute.UndeclaredTool)]
    // By the name alone.
    [InlineData("<|channel|>commentary to=f", HarmonyRoute.Function)]
    [InlineData("<|channel|>commentary f", HarmonyRoute.Function)]
    [InlineData("<|channel|>commentary to=find", HarmonyRoute.Function)]
    [InlineData("<|channel|>commentary to=g", HarmonyRoute.UndeclaredTool)]
    [InlineData("<|channel|>commentary to=functions", HarmonyRoute.UndeclaredTool)]
    public void Route_ToolsDeclared_TellsOthersApart(string header, HarmonyRoute route) =>
        Check(header, route, new HarmonyParserOptions { DeclaredTools = Declared });

    [Theory]
    [InlineData("python", HarmonyRoute.Function)]
    [InlineData("functions.python", HarmonyRoute.Function)]
    [InlineData("search", HarmonyRoute.Function)]
    [InlineData("browser.search", HarmonyRoute.BuiltInTool)]
    [InlineData("open", HarmonyRoute.BuiltInTool)]
    // Two namespaces have it, and none of them is that of the functions.
    [InlineData("find", HarmonyRoute.UndeclaredTool)]
    [InlineData("crm.find", HarmonyRoute.Function)]
    // Roles are no tools, whatever is declared.
    [InlineData("user", HarmonyRoute.User)]
    [InlineData("functions.user", HarmonyRoute.Function)]
    public void Route_NamesThatCompete_FunctionsFirst(string recipient, HarmonyRoute route) => Check(
        $"<|channel|>commentary to={recipient}",
        route,
        new HarmonyParserOptions
        {
            DeclaredTools =
            [
                new ToolNamespace("crm", new ToolDescription("find", ""), new ToolDescription("search", "")),
                ToolNamespace.Browser,
                ToolNamespace.Functions(
                    new ToolDescription("python", ""), new ToolDescription("search", ""),
                    new ToolDescription("user", ""), new ToolDescription("all", "")),
            ],
        });

    [Fact]
    public void Route_NoToolsAtAll_EveryCallIsUndeclared()
    {
        var options = new HarmonyParserOptions { DeclaredTools = [] };
        Check("<|channel|>commentary to=functions.f", HarmonyRoute.UndeclaredTool, options);
        Check("<|channel|>analysis to=python", HarmonyRoute.UndeclaredTool, options);
        Check("<|channel|>commentary", HarmonyRoute.User, options);

        // A namespace without tools is a tool itself, but for that of the functions.
        options = new HarmonyParserOptions
        {
            DeclaredTools = [ToolNamespace.Functions(), new ToolNamespace("shell")],
        };
        Check("<|channel|>commentary to=functions", HarmonyRoute.UndeclaredTool, options);
        Check("<|channel|>commentary to=shell", HarmonyRoute.Function, options);
    }

    private static void Check(string header, HarmonyRoute route, HarmonyParserOptions options)
    {
        int[] ids = HarmonyEncoding.OpenAI.Tokenizer.Encode(
            $"{header}<|message|>a<|end|>", EncodeOptions.AllSpecial);
        SegmentLog log = SegmentLog.Of(new HarmonyParser(HarmonyEncoding.OpenAI, options), ids);
        Assert.Equal(
            [route, route, route],
            log.Segments.Where(static segment => segment.Kind != HarmonySegmentKind.Diagnostic)
                .Select(static segment => segment.Route));
    }
}
