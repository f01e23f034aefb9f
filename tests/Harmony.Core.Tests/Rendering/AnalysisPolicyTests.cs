namespace Harmony.Core.Tests.Rendering;

/// <summary>Which reasoning each policy leaves out. In the patterns u is a user's message, t a thought, c a
/// call, r its result, p a python result on analysis, a an answer, U a user's message on final.</summary>
public class AnalysisPolicyTests
{
    [Theory]
    [InlineData("utau", "uau", "uau")]
    [InlineData("uta", "ua", "ua")]
    [InlineData("utautau", "uautau", "uauau")]
    [InlineData("utauta", "uauta", "uaua")]
    [InlineData("ut", "ut", "ut")]
    [InlineData("utcr", "utcr", "utcr")]
    [InlineData("utcrtcr", "utcrtcr", "utcrtcr")]
    [InlineData("utcrta", "ucra", "ucra")]
    // A loop in progress: the reference then keeps the finished turns' reasoning as well.
    [InlineData("utautcr", "utautcr", "uautcr")]
    [InlineData("utautautcr", "utautautcr", "uauautcr")]
    // A turn that was interrupted belongs to the one that ended.
    [InlineData("utcutau", "ucuau", "ucuau")]
    [InlineData("upau", "uau", "uau")]
    // Only the assistant's final ends a turn; the reference's first final may be anybody's.
    [InlineData("tUta", "Uta", "Ua")]
    [InlineData("tU", "tU", "tU")]
    public void Render_EachPolicy_LeavesOut(string all, string reference, string guide)
    {
        Assert.Equal(Kept(reference), Render(all, AnalysisPolicy.DropBeforeFirstFinal));
        Assert.Equal(Kept(guide), Render(all, AnalysisPolicy.DropFinishedTurns));
        Assert.Equal(Kept(all), Render(all, AnalysisPolicy.KeepAll));
    }

    private static int[] Kept(string pattern) =>
        [.. Chat(pattern).Messages.SelectMany(static message => HarmonyEncoding.OpenAI.Render(message))];

    private static int[] Render(string pattern, AnalysisPolicy policy) =>
        HarmonyEncoding.OpenAI.Render(Chat(pattern), RenderOptions.History with { Analysis = policy });

    private static Conversation Chat(string pattern) => [.. pattern.Select(static kind => kind switch
    {
        'u' => Message.User("q"),
        't' => Message.Assistant("t", Channels.Analysis),
        'c' => Message.Assistant("{}", Channels.Commentary).WithRecipient("functions.f"),
        'r' => Message.ToolResult("functions.f", "r").WithChannel(Channels.Commentary),
        'p' => Message.ToolResult("python", "r").WithChannel(Channels.Analysis),
        'U' => Message.User("q").WithChannel(Channels.Final),
        _ => Message.Assistant("a", Channels.Final),
    })];
}
