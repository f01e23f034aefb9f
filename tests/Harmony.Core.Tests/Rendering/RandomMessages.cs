using Harmony.Bpe;

namespace Harmony.Core.Tests.Rendering;

/// <summary>Messages of all kinds that matter to rendering, from a seeded source.</summary>
internal sealed class RandomMessages(Random random)
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    private static readonly ToolNamespace Functions = ToolNamespace.Functions(
        new ToolDescription("f", "Does f.", JsonSchema.Parse("""{"type":"object"}""")));

    private static readonly string[] Texts = ["", "a", "Hello", "two\nlines", "<|end|>", "ünïcode ✓", "{}"];

    private static readonly string?[] ChannelNames =
        [null, Channels.Analysis, Channels.Analysis, Channels.Commentary, Channels.Final, "other"];

    public Message Next() => random.Next(10) switch
    {
        0 => Message.System(SystemContent.Default with { ReasoningEffort = (ReasoningEffort)random.Next(3) }),
        1 => Message.System(SystemContent.Default.WithBrowserTool()),
        2 => Message.Developer(Text()),
        3 => Message.Developer(new DeveloperContent { Instructions = Text() }.WithTools(Functions)),
        4 or 5 => Sampled(),
        6 => Message.ToolResult("functions.f", Text()).WithChannel(Channel()),
        _ => new Message(AnyRole(), Text()) { Channel = Channel(), Recipient = Recipient() },
    };

    /// <summary>A message that is no tool's, or may be one without a name: that cannot be rendered.</summary>
    public Message NextOrBroken() =>
        random.Next(60) == 0 ? new Message(Role.Tool, "x") { Channel = Channel() } : Next();

    private Message Sampled()
    {
        int[] ids =
        [
            200_005, .. Harmony.Encode(random.Next(2) == 0 ? "analysis" : "final"), 200_008,
            .. Harmony.Encode("He"), .. Harmony.Encode(Text(), EncodeOptions.Ordinary),
        ];
        int[][] ends = [[], [200_002], [200_007], [200_012]];
        return Harmony.ParseMessages([.. ids, .. ends[random.Next(4)]], Role.Assistant)[0];
    }

    private Role AnyRole() => (Role)random.Next((int)Role.Tool);

    private string Text() => Texts[random.Next(Texts.Length)];

    private string? Channel() => ChannelNames[random.Next(ChannelNames.Length)];

    private string? Recipient() => random.Next(4) == 0 ? "functions.f" : null;
}
