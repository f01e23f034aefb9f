namespace Harmony.Core.Tests.Rendering;

/// <summary>Prompts that end inside a message.</summary>
public class ContinuationTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;
    private static readonly Message Question = Message.User("Why?");
    private static readonly Message Thought = Message.Assistant("Hm", Channels.Analysis);
    private static readonly Message Answer = Message.Assistant("Because", Channels.Final);

    public static TheoryData<Message> Begun =>
    [
        Answer, Thought, Message.Assistant("", Channels.Final),
        Message.Assistant("{\"a\":", Channels.Commentary).WithRecipient("functions.f")
            .WithContentType("<|constrain|>json"),
    ];

    [Theory]
    [MemberData(nameof(Begun), DisableDiscoveryEnumeration = true)]
    public void RenderForContinuation_BegunMessage_EndsInsideIt(Message begun)
    {
        Assert.Equal(
            [.. Harmony.Render(Question), .. Harmony.Render(begun)[..^1]],
            Harmony.RenderForContinuation([Question, begun]));
    }

    [Fact]
    public void RenderForContinuation_ParserIsGivenTheMessageSoFar_ReadsTheWhole()
    {
        int[] prompt = Harmony.RenderForContinuation([Question, Answer]);
        int[] sampled = [.. Harmony.Encode(" it is."), 200_002];
        var parser = new StreamableParser(Harmony);
        parser.Process(prompt.AsSpan(prompt.AsSpan().LastIndexOf(200_006)));
        Assert.Equal("Because", parser.CurrentContent);
        parser.Process(sampled);
        Message whole = Assert.Single(parser.Messages);
        Assert.Equal(Message.Assistant("Because it is.", Channels.Final), whole);
        Assert.Equal(
            [.. prompt, .. sampled[..^1], 200_007], Harmony.Render([Question, whole]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RenderForContinuation_SampledMessage_KeepsItsIdsWithoutEnd(bool isEnded)
    {
        int[] ids =
            [200_005, .. Harmony.Encode("final"), 200_008, .. Harmony.Encode("H"), .. Harmony.Encode("i")];
        int[] end = isEnded ? [200_002] : [];
        Message cutOff = Harmony.ParseMessages([.. ids, .. end], Role.Assistant)[0];
        Assert.Equal(
            [.. Harmony.RenderForCompletion([Question]), .. ids],
            Harmony.RenderForContinuation([Question, cutOff]));
    }

    [Theory]
    [InlineData(AnalysisPolicy.DropBeforeFirstFinal)]
    [InlineData(AnalysisPolicy.DropFinishedTurns)]
    public void RenderForContinuation_BegunAnswer_KeepsTheThoughtsOfItsTurn(AnalysisPolicy policy)
    {
        RenderOptions options = RenderOptions.Continuation with { Analysis = policy };
        RenderOptions keepAll = RenderOptions.History with { Analysis = AnalysisPolicy.KeepAll };
        Assert.Equal(
            Harmony.Render([Question, Thought, Answer], keepAll)[..^1],
            Harmony.Render([Question, Thought, Answer], options));

        // As for a turn in progress without the begun answer.
        Conversation twoTurns = [Question, Thought, Answer, Question, Thought];
        Assert.Equal(
            [
                .. Harmony.Render(twoTurns, RenderOptions.History with { Analysis = policy }),
                .. Harmony.Render(Answer)[..^1],
            ],
            Harmony.Render(twoTurns.Add(Answer), options));
    }

    [Fact]
    public void RenderForContinuation_NoMessages_IsRefused()
    {
        var e = Assert.Throws<HarmonyRenderException>(() => Harmony.RenderForContinuation([]));
        Assert.Contains("no message to continue", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_HeldConversationTurnsToContinuation_WritesNoMoreThanTheDifference()
    {
        var renderer = new ConversationRenderer(Harmony, RenderOptions.Continuation);
        renderer.AddRange(Question, Answer);
        int[] open = renderer.Render().ToArray();
        renderer.Options = RenderOptions.Completion;
        Assert.Equal([.. open, 200_007, .. Harmony.RenderForCompletion([])], renderer.Render().ToArray());
        Assert.Equal(open.Length, renderer.UnchangedIdCount);
        renderer.Options = RenderOptions.Continuation;
        renderer[1] = Message.Assistant("Because it", Channels.Final);
        Assert.Equal([.. open, .. Harmony.Encode(" it")], renderer.Render().ToArray());
        Assert.Equal(open.Length, renderer.UnchangedIdCount);
    }
}
