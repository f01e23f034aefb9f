using Harmony.Bpe;
using Harmony.Core.Rendering;

namespace Harmony.Core.Tests.Rendering;

/// <summary>What was rendered once is found by its value, and nothing else is found.</summary>
public class SectionCacheTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    // Characters at which pieces of text end, or do not.
    private static readonly string[] Edges =
    [
        "\n", "\r", "\r\n", "/", " ", "\t", "!", "#", "a", "Z", "7", "'s", "\u00A0", "\u2028", "ſ", "文", "🙂",
        "\u0301",
    ];

    [Fact]
    public void Render_InstructionsBeforeTools_AreTokenizedAsOneText()
    {
        var tools = ToolNamespace.Functions(new ToolDescription("f", "Does f."));
        string section = TextOf(new DeveloperContent().WithTools(tools));
        var random = new Random(1);
        for (int i = 0; i < 5_000; i++)
        {
            string instructions = string.Concat(random.GetItems(Edges, random.Next(6)));
            string whole = $"# Instructions\n\n{instructions}\n\n{section}";
            int[] ids = Harmony.Render(Message.Developer(
                new DeveloperContent { Instructions = instructions }.WithTools(tools)));
            Assert.Equal(Harmony.Encode(whole, EncodeOptions.Ordinary), ids.AsSpan()[3..^1].ToArray());
        }
    }

    [Fact]
    public void Render_EqualToolsAndSystemContentOfOthers_AllocateNothing()
    {
        const string Json = """
            {"role":"developer","content":[{"type":"developer_content","instructions":"I",
            "tools":{"functions":{"name":"functions","tools":[{"name":"f","description":"d","parameters":{"type":"object"}}]}}}]}
            """;
        const string SystemJson = """
            {"role":"system","content":[{"type":"system_content","model_identity":"me",
            "reasoning_effort":"High","channel_config":{"valid_channels":["final"],"channel_required":true},
            "tools":{"t":{"name":"t","tools":[]}}}]}
            """;
        Conversation[] chats =
        [
            .. Enumerable.Range(0, 30).Select(_ => Conversation.FromMessages(
                Message.Parse(SystemJson), Message.Parse(Json))),
        ];
        int[] destination = new int[1000];
        int[] expected = Harmony.Render(chats[0]);
        int next = 0;
        Assert.Equal(0, Allocation.MeasureLeast(() =>
            Harmony.Render(chats[next++], destination, out _, out _)));
        Assert.Equal(expected, destination[..expected.Length]);
    }

    [Fact]
    public void Render_SystemContentBesideFunctionsAndWithout_ReadsDifferently()
    {
        Message system = Message.System(SystemContent.Default with { ModelIdentity = "two readings" });
        string[] texts =
        [
            .. Enumerable.Range(0, 6).Select(i => Harmony.Decode(
                Harmony.Render(system, new RenderOptions { HasFunctionTools = i % 2 == 0 }))),
        ];
        Assert.Equal([texts[0], texts[1], texts[0], texts[1], texts[0], texts[1]], texts);
        Assert.Equal(
            texts[1].Replace(
                "<|end|>", "\nCalls to these tools must go to the commentary channel: 'functions'.<|end|>"),
            texts[0]);
    }

    [Fact]
    public void TryFind_MoreKeysThanEntries_FindsOnlyWhatIsTheirs()
    {
        const int Max = SectionCache<string>.MaxEntries;
        var cache = new SectionCache<string>(admitsAtOnce: true);
        for (int i = 0; i < 10_000; i++)
        {
            cache.Add($"{i}", i, [i]);
        }

        int[] found =
        [
            .. Enumerable.Range(0, 10_000)
                .Where(i => cache.TryFind($"{i}", i, out int[]? ids) && ids[0] == i),
        ];
        Assert.Equal(Enumerable.Range(10_000 - Max, Max), found);
        Assert.False(cache.TryFind("other", 9_999, out _));
    }

    [Fact]
    public void Admits_TooLongOrSeenOnce_IsFalse()
    {
        var once = new SectionCache<string>(admitsAtOnce: true);
        Assert.True(once.Admits(1, SectionCache<string>.MaxLength));
        Assert.False(once.Admits(1, SectionCache<string>.MaxLength + 1));
        var twice = new SectionCache<string>(admitsAtOnce: false);
        Assert.False(twice.Admits(1, 1));
        Assert.True(twice.Admits(1, 1));
        Assert.False(twice.Admits(17, 1));
        Assert.False(twice.Admits(1, 1));
    }

    [Fact]
    public void Render_ManyThreadsAndMoreToolsThanTheCacheHolds_GetsTheRightIds()
    {
        Message[] messages =
        [
            .. Enumerable.Range(0, 3 * SectionCache<string>.MaxEntries).Select(static i => Message.Developer(
                new DeveloperContent().WithFunctionTools(new ToolDescription($"tool{i}", "d")))),
        ];
        Parallel.For(0, 2_000, i =>
        {
            Message message = messages[i * 31 % messages.Length];
            string name = ((DeveloperContent)message.Contents[0]).Tools!.Values[0].Tools[0].Name;
            string prompt = Harmony.Decode(Harmony.Render(message));
            Assert.Contains($"type {name} = ", prompt, StringComparison.Ordinal);
        });
    }

    private static string TextOf(DeveloperContent content) =>
        Harmony.Decode(Harmony.Render(Message.Developer(content)).AsSpan()[3..^1]);
}
