namespace Harmony.Core.Tests.Rendering;

/// <summary>A held conversation gives the same ids as one that is rendered afresh, and tells the truth about
/// what stayed.</summary>
public class ConversationRendererTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    private static readonly RenderOptions[] AllOptions =
    [
        .. from purpose in Enum.GetValues<RenderPurpose>()
           from policy in Enum.GetValues<AnalysisPolicy>()
           from sampled in (bool[])[true, false]
           select new RenderOptions
           {
               Purpose = purpose,
               Analysis = policy,
               UseSampledIds = sampled,
               NextRole = sampled ? Role.Assistant : Role.Tool,
               CheckHeaders = sampled || purpose == RenderPurpose.Completion,
               HasFunctionTools = policy == AnalysisPolicy.KeepAll,
           },
    ];

    public static TheoryData<HarmonyDialect, int> Seeds => new(
        from dialect in Enum.GetValues<HarmonyDialect>()
        from seed in Enumerable.Range(0, 40)
        select (dialect, seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Render_AfterAnyEdits_EqualsRenderingAfresh(HarmonyDialect dialect, int seed) =>
        CompareWithFreshRenders(dialect, new Random(seed), steps: 300, options: null);

    /// <summary>Thousands of short lives, each with options that stay: every order of few edits.</summary>
    [Theory]
    [InlineData(HarmonyDialect.OpenAI)]
    [InlineData(HarmonyDialect.OssHarmony)]
    public void Render_AfterFewEditsUnderEveryOption_EqualsRenderingAfresh(HarmonyDialect dialect)
    {
        for (int seed = 0; seed < 4_000; seed++)
        {
            CompareWithFreshRenders(
                dialect, new Random(seed), steps: 8, AllOptions[seed % AllOptions.Length], $"seed {seed}");
        }
    }

    private static void CompareWithFreshRenders(
        HarmonyDialect dialect, Random random, int steps, RenderOptions? options, string what = "")
    {
        var messages = new RandomMessages(random);
        var encoding = HarmonyEncoding.For(dialect);
        var renderer = new ConversationRenderer(encoding, options);
        var model = new List<Message>();
        int[] last = [];
        for (int step = 0; step < steps; step++)
        {
            for (int edits = random.Next(4); edits >= 0; edits--)
            {
                Edit(random, messages, model, renderer, options is null);
            }

            // Equal messages may have other sampled ids.
            Conversation chat = renderer.ToConversation();
            Assert.True(chat.Messages.SequenceEqual(model), what);
            Assert.True(HaveTheIds(chat, model), what);
            int[] expected;
            try
            {
                expected = encoding.Render(chat, renderer.Options);
            }
            catch (HarmonyRenderException e)
            {
                int before = renderer.UnchangedIdCount;
                var same = Assert.Throws<HarmonyRenderException>(() => { renderer.Render(); });
                Assert.Equal((e.Message, before), (same.Message, renderer.UnchangedIdCount));
                continue;
            }

            int[] actual = renderer.Render().ToArray();
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{what}, step {step}");
            Assert.Equal(last.AsSpan().CommonPrefixLength(actual), renderer.UnchangedIdCount);
            last = actual;
        }
    }

    // What is held may be sampled where what came back is not, but never the other way round.
    private static bool HaveTheIds(Conversation chat, List<Message> model) => chat.Messages.Zip(model).All(
        static pair => pair.Second.SampledIds.IsEmpty
            || (pair.First.SampledIds.Span.SequenceEqual(pair.Second.SampledIds.Span)
                && pair.First.IsStartInPrompt == pair.Second.IsStartInPrompt));

    /// <summary>The message that is last now was not before: whether it has ended its turn is another
    /// question.</summary>
    [Fact]
    public void Render_LastMessageIsRemovedFromAContinuation_PlansTheRestAgain()
    {
        foreach (AnalysisPolicy policy in Enum.GetValues<AnalysisPolicy>())
        {
            var renderer = new ConversationRenderer(
                Harmony, RenderOptions.Continuation with { Analysis = policy });
            renderer.AddRange(
                Message.User("q"), Message.Assistant("hm", Channels.Analysis),
                Message.Assistant("a", Channels.Final), Message.User("r"));
            for (int left = 4; left > 0; left--)
            {
                int[] expected = Harmony.Render(renderer.ToConversation(), renderer.Options);
                Assert.Equal(expected, renderer.Render().ToArray());
                renderer.RemoveAt(left - 1);
            }
        }
    }

    [Fact]
    public void AddRange_NullAmongMessages_AddsNone()
    {
        var renderer = new ConversationRenderer(Harmony);
        var e = Assert.Throws<ArgumentException>(
            () => renderer.AddRange(Message.User("1"), Message.User("2"), null!));
        Assert.Contains("Item 2 ", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, renderer.Count);
        Assert.Throws<ArgumentNullException>(() => renderer.Add(null!));
        Assert.Throws<ArgumentNullException>(() => renderer.Insert(0, null!));
        Assert.Throws<ArgumentNullException>(() => renderer.Update(null!));
    }

    [Fact]
    public void Render_ConversationThatGrows_RendersEachMessageOnce()
    {
        var renderer = new ConversationRenderer(Harmony);
        Conversation chat = BenchInputs.ReadConversation("large");
        int[] last = [];

        // The system message reads otherwise beside functions: it is not rendered before these are there.
        renderer.AddRange(chat.Messages.AsSpan()[..2]);
        foreach (Message message in chat.Messages.AsSpan()[2..])
        {
            renderer.Add(message);
            last = renderer.Render().ToArray();
        }

        Assert.Equal(BenchInputs.ReadPrompt("large"), last);
        Assert.Equal(chat.Messages.Count, renderer.SegmentsRendered);

        // Nothing new: nothing rendered, all unchanged.
        Assert.Equal(last, renderer.Render().ToArray());
        Assert.Equal((chat.Messages.Count, last.Length), (renderer.SegmentsRendered, renderer.UnchangedIdCount));
    }

    [Fact]
    public void Render_AnalysisIsDroppedAndComesBack_RendersNothingAgain()
    {
        var renderer = new ConversationRenderer(Harmony);
        renderer.AddRange(Message.User("q"), Message.Assistant("hm", Channels.Analysis));
        int[] open = renderer.Render().ToArray();
        renderer.Add(Message.Assistant("a", Channels.Final));
        renderer.Render();
        Assert.Equal(Harmony.Render(Message.User("q")).Length + 3, renderer.UnchangedIdCount);
        Assert.Equal(3, renderer.SegmentsRendered);
        renderer.RemoveAt(2);
        Assert.Equal(open, renderer.Render().ToArray());
        renderer.Options = renderer.Options with { Analysis = AnalysisPolicy.KeepAll };
        Assert.Equal(open, renderer.Render().ToArray());
        Assert.Equal((3, open.Length), (renderer.SegmentsRendered, renderer.UnchangedIdCount));
    }

    [Fact]
    public void Render_SampledTurnIsAppended_KeepsTheWholePromptBeforeIt()
    {
        var renderer = new ConversationRenderer(Harmony);
        renderer.AddRange(Message.System(SystemContent.Default), Message.User("Hi"));
        int[] prompt = renderer.Render().ToArray();
        int[] completion = OddHi("analysis", 200_012);
        renderer.Add(Harmony.ParseMessages(completion, Role.Assistant)[0].WithRecipient(null));
        int[] next = renderer.Render().ToArray();
        Assert.Equal([.. prompt, .. completion], next[..(prompt.Length + completion.Length)]);
        Assert.Equal(prompt.Length, renderer.UnchangedIdCount);
    }

    [Fact]
    public void Render_SetToAnEqualMessage_RendersNothingAgain()
    {
        var renderer = new ConversationRenderer(Harmony);
        renderer.AddRange(Message.User("1"), Message.User("2"));
        int[] ids = renderer.Render().ToArray();
        Message equal = Message.User("1");
        renderer[0] = equal;
        Assert.Equal(ids, renderer.Render().ToArray());
        Assert.Equal(2, renderer.SegmentsRendered);
        Assert.Same(equal, renderer[0]);
    }

    [Fact]
    public void Render_FunctionsAreOfferedLater_RendersTheSystemMessageAgain()
    {
        var renderer = new ConversationRenderer(Harmony);
        renderer.AddRange(Message.System(SystemContent.Default), Message.User("Hi"));
        renderer.Render();
        renderer.Insert(1, Message.Developer(
            new DeveloperContent().WithFunctionTools(new ToolDescription("f", "Does f."))));
        Assert.Equal(
            Harmony.RenderForCompletion(renderer.ToConversation()), renderer.Render().ToArray());
        Assert.Equal(4, renderer.SegmentsRendered);
        Assert.InRange(renderer.UnchangedIdCount, 20, renderer.Render().Length - 20);
    }

    [Fact]
    public void Render_AppendToAWarmConversation_AllocatesNothing()
    {
        var renderer = new ConversationRenderer(Harmony);
        renderer.AddRange(BenchInputs.ReadConversation("large").Messages.AsSpan());
        Message message = Message.User(new string('a', 100));
        renderer.Add(message);
        renderer.Render();
        Assert.Equal(0, Allocation.Measure(() =>
        {
            renderer.RemoveAt(renderer.Count - 1);
            renderer.Add(message);
            renderer.Render();
        }));
    }

    [Fact]
    public void Render_ManyReplacements_KeepsMemoryBounded()
    {
        var renderer = new ConversationRenderer(Harmony);
        for (int i = 0; i < 10; i++)
        {
            renderer.Add(Message.User(string.Concat(Enumerable.Repeat("word ", 1000))));
        }

        int ids = renderer.Render().Length;
        for (int i = 0; i < 1000; i++)
        {
            renderer[i % 10] = Message.User(string.Concat(Enumerable.Repeat("other ", 900 + (i % 100))));
            renderer.Render();
        }

        Assert.InRange(renderer.Capacity, 2 * ids, 10 * ids);
        Assert.Equal(
            Harmony.RenderForCompletion(renderer.ToConversation()), renderer.Render().ToArray());
    }

    [Fact]
    public void Render_ConversationThatShrinks_GivesMemoryBack()
    {
        var renderer = new ConversationRenderer(Harmony);
        renderer.Add(Message.User(string.Concat(Enumerable.Repeat("word ", 500_000))));
        renderer.Render();
        renderer.Clear();
        renderer.Add(Message.User("Hi"));
        Assert.Equal(Harmony.RenderForCompletion([Message.User("Hi")]), renderer.Render().ToArray());
        Assert.Equal(3, renderer.UnchangedIdCount);
        Assert.InRange(renderer.Capacity, 0, 10_000);
    }

    [Fact]
    public void Edits_PositionsThatAreNone_AreRefused()
    {
        var renderer = new ConversationRenderer(Harmony);
        renderer.Add(Message.User("Hi"));
        Assert.Throws<ArgumentOutOfRangeException>(() => renderer.RemoveAt(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => renderer.RemoveRange(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => renderer.RemoveRange(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => renderer.Insert(2, renderer[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => renderer[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => renderer[1] = renderer[0]);
        Assert.Equal(-1, RefusedIn("index", () => renderer[-1] = renderer[0]));
        Assert.Equal(-1, RefusedIn("index", () => renderer.RemoveRange(-1, 1)));
        Assert.Equal(-1, RefusedIn("count", () => renderer.RemoveRange(0, -1)));
        Assert.Equal(Harmony.RenderForCompletion([Message.User("Hi")]), renderer.Render().ToArray());

        static object? RefusedIn(string parameter, Action call) =>
            Assert.Throws<ArgumentOutOfRangeException>(parameter, call).ActualValue;
    }

    // As no tokenizer would split it.
    private static int[] OddHi(string channel, int end) =>
        [200_005, .. Harmony.Encode(channel), 200_008, .. Harmony.Encode("H"), .. Harmony.Encode("i"), end];

    private static void Edit(
        Random random,
        RandomMessages messages,
        List<Message> model,
        ConversationRenderer renderer,
        bool changesOptions)
    {
        int at = random.Next(model.Count + 1);
        Message message = messages.NextOrBroken();
        bool isWithin = at < model.Count;
        switch (random.Next(12))
        {
            case 0 when isWithin:
                model.RemoveAt(at);
                renderer.RemoveAt(at);
                break;
            case 1 when isWithin:
                model[at] = message;
                renderer[at] = message;
                break;
            case 2:
                model.Insert(at, message);
                renderer.Insert(at, message);
                break;
            case 3 when random.Next(3) == 0:
                int count = random.Next(model.Count - at + 1);
                model.RemoveRange(at, count);
                renderer.RemoveRange(at, count);
                break;
            case 4 when random.Next(8) == 0:
                model.Clear();
                renderer.Clear();
                break;
            case 5:
                renderer.Options = changesOptions ? AllOptions[random.Next(AllOptions.Length)] : renderer.Options;
                break;
            case 6:
                model.RemoveAll(other => ReferenceEquals(other, message) || random.Next(10) == 0);
                model.Insert(random.Next(model.Count + 1), message);
                renderer.Update([.. model]);
                break;
            case 7 when model.Count > 0:
                Message changed = model[^1].AddContent("more");
                model[^1] = changed;
                renderer[model.Count - 1] = changed;
                break;
            case 8 when model.Count > 0:
                model.RemoveAt(model.Count - 1);
                renderer.RemoveAt(renderer.Count - 1);
                break;
            default:
                model.Add(message);
                renderer.Add(message);
                break;
        }
    }
}
