using Harmony.Bpe;

namespace Harmony.Core.Tests.Parsing;

/// <summary>For whom messages are.</summary>
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
    [InlineData("<|channel|>commentary to=get_weather", HarmonyRoute.UndeclaredTool)]
    [InlineData("<|channel|>commentary to=crm.find", HarmonyRoute.UndeclaredTool)]
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
    public void Route_ToolsDeclared_TellsOthersApart(string header, HarmonyRoute route) =>
        Check(header, route, new HarmonyParserOptions { DeclaredTools = Declared });

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
