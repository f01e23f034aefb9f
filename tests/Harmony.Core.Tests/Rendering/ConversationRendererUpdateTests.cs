namespace Harmony.Core.Tests.Rendering;

/// <summary>A conversation that comes back whole takes the place of the one that is held, and what is held
/// already is not rendered again.</summary>
public class ConversationRendererUpdateTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    [Fact]
    public void Update_HistoryComesBackAsText_KeepsSampledIdsAndRendersOnlyWhatIsNew()
    {
        int[] completion = OddHi("final", 200_002);
        var renderer = new ConversationRenderer(Harmony);
        renderer.AddRange(Message.User("1"), Message.User("2"));
        renderer.Add(Harmony.ParseMessages(completion, Role.Assistant)[0]);
        renderer.Render();
        Conversation sent = [Message.User("2"), Message.Assistant("Hi", Channels.Final), Message.User("3")];
        renderer.Update(Conversation.Parse(sent.ToJson()));
        int[] ids = renderer.Render().ToArray();
        Assert.Equal(4, renderer.SegmentsRendered);
        Assert.True(renderer.ToConversation() == sent);
        Assert.Equal(completion, renderer[1].SampledIds);
        Assert.Equal(Harmony.RenderForCompletion(renderer.ToConversation()), ids);
        Assert.NotEqual(Harmony.RenderForCompletion(sent), ids);
    }

    [Fact]
    public void Update_UnrelatedConversation_ReplacesAll()
    {
        var renderer = new ConversationRenderer(Harmony);
        for (int i = 0; i < 100; i++)
        {
            renderer.Add(Message.User($"old {i}"));
        }

        renderer.Render();
        Conversation sent = [.. Enumerable.Range(0, 100).Select(static i => Message.User($"new {i}"))];
        renderer.Update(sent);
        Assert.Equal(Harmony.RenderForCompletion(sent), renderer.Render().ToArray());
        renderer.Update([]);
        Assert.Equal((0, 2), (renderer.Count, renderer.Render().Length));
    }

    [Fact]
    public void Update_SameTextSampledInOtherIds_TakesTheNewIds()
    {
        Message hi = Harmony.ParseMessages([200_005, 17196, 200_008, .. Harmony.Encode("Hi"), 200_002], Role.Assistant)[0];
        Message odd = Harmony.ParseMessages(OddHi("final", 200_002), Role.Assistant)[0];
        Assert.Equal(hi, odd);
        var renderer = new ConversationRenderer(Harmony);
        renderer.Add(odd);
        int[] before = renderer.Render().ToArray();
        renderer.Update([hi]);
        Assert.Equal(hi.SampledIds, renderer[0].SampledIds);
        Assert.Equal(Harmony.RenderForCompletion([hi]), renderer.Render().ToArray());
        renderer[0] = odd;
        Assert.Equal(odd.SampledIds, renderer[0].SampledIds);
        Assert.Equal(before, renderer.Render().ToArray());
        renderer.Update([Message.Assistant("Hi", Channels.Final)]);
        Assert.Equal(before, renderer.Render().ToArray());
    }

    /// <summary>Lists that shift at every message would take the square of their length.</summary>
    [Fact]
    public void Update_LongConversationsThatShareLittle_TakesWhatIsNew()
    {
        const int Many = 100_000;
        var renderer = new ConversationRenderer(Harmony);
        Message[] old = [.. Enumerable.Range(0, 2 * Many).Select(static i => Message.User($"{i}"))];
        renderer.AddRange(old);
        Conversation everySecond = [.. old.Where(static (message, i) => i % 2 == 0)];
        renderer.Update(everySecond);
        Assert.True(renderer.ToConversation() == everySecond);
        Assert.Same(old[2], renderer[1]);
        Conversation other = [.. Enumerable.Range(0, Many).Select(static i => Message.User($"new {i}"))];
        renderer.Update(other);
        Assert.True(renderer.ToConversation() == other);
    }

    [Fact]
    public void Update_KeptMessagesBetweenOthers_RendersOnlyWhatIsNew()
    {
        var renderer = new ConversationRenderer(Harmony);
        renderer.AddRange([.. Enumerable.Range(0, 10).Select(static i => Message.User($"{i}"))]);
        renderer.Render();
        renderer.Update([.. ((int[])[0, 1, 3, 20, 5, 8, 21]).Select(static i => Message.User($"{i}"))]);
        int[] ids = renderer.Render().ToArray();
        Assert.Equal(Harmony.RenderForCompletion(renderer.ToConversation()), ids);
        Assert.Equal(12, renderer.SegmentsRendered);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Update_ManyTimes_KeepsMemoryBounded(bool isAtTheEnd)
    {
        var renderer = new ConversationRenderer(Harmony);
        Message first = Message.User("first");
        Message last = Message.User("last");
        for (int i = 0; i < 300; i++)
        {
            Message changed = Message.User(string.Concat(Enumerable.Repeat($"{i} ", 500)));
            renderer.Update(isAtTheEnd ? [first, last, changed] : [first, changed, last]);
            Assert.Equal(
                Harmony.RenderForCompletion(renderer.ToConversation()), renderer.Render().ToArray());
        }

        Assert.InRange(renderer.Capacity, 1_000, 40_000);
    }

    // As no tokenizer would split it.
    private static int[] OddHi(string channel, int end) =>
        [200_005, .. Harmony.Encode(channel), 200_008, .. Harmony.Encode("H"), .. Harmony.Encode("i"), end];
}
