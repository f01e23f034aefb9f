namespace Harmony.Core.Tests.Rendering;

public class DropAnalysisTests
{
    private static readonly Message Thought = Message.Assistant("t", Channels.Analysis);
    private static readonly Message Answer = Message.Assistant("a", Channels.Final);
    private static readonly Message Question = Message.User("q");

    // Analysis before the first final goes, provided that the assistant's last message is final.
    private static readonly Conversation Finished =
        [Question, Thought, Answer, Question, Thought, Answer, Question];
    private static readonly Conversation Unfinished = [Question, Thought, Answer, Question, Thought];
    private static readonly Conversation BrokenThought =
        [new Message(Role.Tool, "no name") { Channel = Channels.Analysis }, Answer];

    [Fact]
    public void Render_LastAssistantMessageIsFinal_DropsAnalysisBeforeTheFirstFinal() =>
        Assert.Equal(Kept([Question, Answer, Question, Thought, Answer, Question]), Dropped(Finished));

    [Fact]
    public void Render_TurnInProgress_KeepsAll() => Assert.Equal(Kept(Unfinished), Dropped(Unfinished));

    [Fact]
    public void Render_KeepAnalysis_KeepsAll() => Assert.Equal(
        Finished.Messages.SelectMany(static message => HarmonyEncoding.OpenAI.Render(message)),
        Kept(Finished));

    [Fact]
    public void Render_DroppedMessageThatIsBroken_DoesNotFail()
    {
        Assert.Equal(Kept([Answer]), Dropped(BrokenThought));
        Assert.Throws<HarmonyRenderException>(() => Kept(BrokenThought));
    }

    private static int[] Dropped(Conversation chat) => HarmonyEncoding.OpenAI.Render(chat);

    private static int[] Kept(Conversation chat) =>
        HarmonyEncoding.OpenAI.Render(chat, RenderOptions.History with { Analysis = AnalysisPolicy.KeepAll });
}
