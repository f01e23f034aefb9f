using Harmony.Bpe;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Generates random completions from what models write: in any order, cut off and mixed up. The same seed
/// gives the same completions.</summary>
internal sealed class CompletionGenerator(int seed)
{
    private static readonly string[] Phrases =
    [
        "<|start|>assistant", "<|channel|>final", "<|channel|>analysis", "<|channel|>commentary",
        "<|message|>", "<|end|>", "<|return|>", "<|call|>", "<|start|>", "<|channel|>",
        "<|constrain|>json", " <|constrain|>json",
        "<|constrain|> json", "<|constrain|>", "<|endoftext|>", "<|reserved_200013|>", "<|startoftext|>",
        "assistant", "user", " assistant", "<|start|>user", "<|start|>tool",
        "<|start|>functions.f to=assistant", " to=functions.f", " to=python code", " to=", " to=assistant",
        "functions.f", " f", " json", "to=functions.f", "assistantfinal", "<|start|>f", "I use", "final", "analysis", "commentary", "commentary?", "––", ":alice", "robot",
        " ", "\n", "\u00A0", "\u2003", "<", "Hello", " there",
        "Ünï", "😊", "日本語", "STOP", "ST", "{\"a\": 1}",
    ];

    private static readonly string[] Texts =
        ["Hello", " there", "\n", "Ünï", "😊", "日本語", " STO", "P", "{\"a\": 1}"];

    private static readonly string[] Starts =
    [
        "<|start|>assistant", "<|start|>user", "<|start|>functions.f to=assistant", "<|start|>developer",
        "<|start|>assistant to=functions.f", "<|start|>assistant to=browser.open",
    ];

    private static readonly string[] Channels =
        ["<|channel|>analysis", "<|channel|>commentary", "<|channel|>final", ""];

    private static readonly string[] Addresses =
        ["", "", " to=functions.f", " to=functions.f <|constrain|>json", " to=python code", " to=all"];

    private static readonly ToolNamespaceCollection Tools =
        [ToolNamespace.Functions(new ToolDescription("f", "")), ToolNamespace.Python];

    private readonly Random _random = new(seed);

    public int[] Chunks() => [.. Enumerable.Range(0, 8).Select(_ => _random.Next(1, 7))];

    public HarmonyParserOptions Options() => new()
    {
        Role = Pick<Role?>([Role.Assistant, Role.Assistant, Role.User, Role.Tool, null]),
        DeclaredTools = Pick<ToolNamespaceCollection?>([null, null, Tools]),
        SkipStrayText = _random.Next(4) == 0,
        StopStrings = Pick<ValueList<StopString>>(
            [[], [], ["STOP"], ["there", new("日本", null), "é"], [new("ell", "x")]]),
    };

    /// <summary>Generates ids in any order.</summary>
    public int[] Anything()
    {
        var ids = new List<int>();
        for (int i = _random.Next(40); i > 0; i--)
        {
            switch (_random.Next(12))
            {
                case 0:
                    ids.Add(Pick<int>([-1, int.MinValue, int.MaxValue, 201_089, 1 << 30]));
                    break;
                case 1:
                    ids.Add(_random.Next(199_998));
                    break;
                case 2:
                    ids.Add(_random.Next(199_990, 201_100));
                    break;
                case 3:
                    ids.AddRange(Bytes());
                    break;
                default:
                    ids.AddRange(Encode(Pick<string>(Phrases)));
                    break;
            }
        }

        return [.. ids];
    }

    /// <summary>Generates well-formed messages; if not perfect, often with one thing wrong.</summary>
    public int[] NearlyWellFormed(Role? role, bool isPerfect)
    {
        var ids = new List<int>();
        for (int i = _random.Next(1, 5); i > 0; i--)
        {
            string start = ids.Count == 0 && role is not null ? "" : Pick<string>(Starts);
            ids.AddRange(Encode($"{start}{Pick<string>(Channels)}{Pick<string>(Addresses)}<|message|>"));
            for (int n = _random.Next(6); n > 0; n--)
            {
                ids.AddRange(_random.Next(4) == 0 ? Bytes() : Encode(Pick<string>(Texts)));
            }

            ids.Add(Pick<int>([200_002, 200_007, 200_012]));
        }

        if (!isPerfect && _random.Next(3) > 0)
        {
            int at = _random.Next(ids.Count);
            switch (_random.Next(3))
            {
                case 0:
                    ids.RemoveAt(at);
                    break;
                case 1:
                    ids.InsertRange(at, Encode(Pick<string>(Phrases)));
                    break;
                default:
                    ids.RemoveRange(at, ids.Count - at);
                    break;
            }
        }

        return [.. ids];
    }

    private int[] Bytes() => [.. "😊ü\u0080日"u8.ToArray()
        .Skip(_random.Next(8)).Take(_random.Next(4)).Select(static value => IdOf(value))];

    private T Pick<T>(ReadOnlySpan<T> items) => items[_random.Next(items.Length)];

    private static int[] Encode(string text) =>
        HarmonyEncoding.OpenAI.Tokenizer.Encode(text, EncodeOptions.AllSpecial);

    private static int IdOf(byte value)
    {
        Assert.True(HarmonyEncoding.OpenAI.Tokenizer.TryGetId([value], out int id));
        return id;
    }
}
