using Harmony.Bpe;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Whom messages are for.</summary>
public class HarmonyParserDestinationTests
{
    private static readonly ToolNamespaceCollection Declared =
    [
        ToolNamespace.Functions(new ToolDescription("f", "")), ToolNamespace.Python,
        new ToolNamespace("crm", new ToolDescription("find", "")),
    ];

    [Theory]
    [InlineData("<|channel|>final", MessageDestination.User)]
    [InlineData("<|channel|>commentary", MessageDestination.User)]
    [InlineData("<|channel|>commentary to=all", MessageDestination.User)]
    [InlineData("", MessageDestination.User)]
    [InlineData("<|channel|>analysis", MessageDestination.Reasoning)]
    [InlineData("<|channel|>thoughts", MessageDestination.Unknown)]
    [InlineData("<|start|>user", MessageDestination.Unknown)]
    [InlineData("<|start|>functions.f to=assistant<|channel|>commentary", MessageDestination.Unknown)]
    [InlineData("<|channel|>commentary to=functions.f", MessageDestination.Function)]
    [InlineData("<|channel|>analysis to=functions.f", MessageDestination.Function)]
    [InlineData("<|channel|>final to=functions.f", MessageDestination.Function)]
    [InlineData(" to=functions.f", MessageDestination.Function)]
    [InlineData("<|channel|>analysis to=browser.search", MessageDestination.BuiltInTool)]
    [InlineData("<|channel|>analysis to=python", MessageDestination.BuiltInTool)]
    [InlineData("<|channel|>commentary to=get_weather", MessageDestination.Unknown)]
    [InlineData("<|channel|>commentary to=crm.find", MessageDestination.Unknown)]
    public void Destination_NoToolsDeclared_IsByTheRecipientOrTheChannel(string header, MessageDestination destination) =>
        Check(header, destination, HarmonyParserOptions.Default);

    [Theory]
    [InlineData("<|channel|>final", MessageDestination.User)]
    [InlineData("<|channel|>analysis", MessageDestination.Reasoning)]
    [InlineData("<|channel|>commentary to=functions.f", MessageDestination.Function)]
    [InlineData("<|channel|>commentary to=crm.find", MessageDestination.Function)]
    [InlineData("<|channel|>commentary to=functions.g", MessageDestination.UndeclaredTool)]
    [InlineData("<|channel|>commentary to=crm", MessageDestination.UndeclaredTool)]
    [InlineData("<|channel|>analysis to=python", MessageDestination.BuiltInTool)]
    [InlineData("<|channel|>analysis to=browser.search", MessageDestination.UndeclaredTool)]
    // By the name alone.
    [InlineData("<|channel|>commentary to=f", MessageDestination.Function)]
    [InlineData("<|channel|>commentary f", MessageDestination.Function)]
    [InlineData("<|channel|>commentary to=find", MessageDestination.Function)]
    [InlineData("<|channel|>commentary to=g", MessageDestination.UndeclaredTool)]
    [InlineData("<|channel|>commentary to=functions", MessageDestination.UndeclaredTool)]
    public void Destination_ToolsDeclared_TellsOthersApart(string header, MessageDestination destination) =>
        Check(header, destination, new HarmonyParserOptions { DeclaredTools = Declared });

    [Theory]
    [InlineData("python", MessageDestination.Function)]
    [InlineData("functions.python", MessageDestination.Function)]
    [InlineData("search", MessageDestination.Function)]
    [InlineData("browser.search", MessageDestination.BuiltInTool)]
    [InlineData("open", MessageDestination.BuiltInTool)]
    // Two namespaces have it, neither of them that of the functions.
    [InlineData("find", MessageDestination.UndeclaredTool)]
    [InlineData("crm.find", MessageDestination.Function)]
    // A role is never a tool, whatever is declared.
    [InlineData("user", MessageDestination.User)]
    [InlineData("functions.user", MessageDestination.Function)]
    public void Destination_NamesThatCompete_FunctionsFirst(string recipient, MessageDestination destination) => Check(
        $"<|channel|>commentary to={recipient}",
        destination,
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
    public void Destination_NoToolsAtAll_EveryCallIsUndeclared()
    {
        var options = new HarmonyParserOptions { DeclaredTools = [] };
        Check("<|channel|>commentary to=functions.f", MessageDestination.UndeclaredTool, options);
        Check("<|channel|>analysis to=python", MessageDestination.UndeclaredTool, options);
        Check("<|channel|>commentary", MessageDestination.User, options);

        // A namespace without tools is a tool itself, except that of the functions.
        options = new HarmonyParserOptions
        {
            DeclaredTools = [ToolNamespace.Functions(), new ToolNamespace("shell")],
        };
        Check("<|channel|>commentary to=functions", MessageDestination.UndeclaredTool, options);
        Check("<|channel|>commentary to=shell", MessageDestination.Function, options);
    }

    private static void Check(string header, MessageDestination destination, HarmonyParserOptions options)
    {
        int[] ids = HarmonyEncoding.OpenAI.Tokenizer.Encode(
            $"{header}<|message|>a<|end|>", EncodeOptions.AllSpecial);
        SegmentLog log = SegmentLog.Of(new HarmonyParser(HarmonyEncoding.OpenAI, options), ids);
        Assert.Equal(
            [destination, destination, destination],
            log.Segments.Where(static segment => segment.Kind != HarmonySegmentKind.Diagnostic)
                .Select(static segment => segment.Destination));
    }
}
