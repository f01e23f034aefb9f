using System.Buffers;
using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Tests.Support;

namespace Harmony.Bpe.Tests;

/// <summary>Special tokens: tiktoken's rules.</summary>
public sealed class BpeTokenizerSpecialTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;
    private static readonly TextbookTokenizer Textbook = TextbookTokenizer.O200kHarmony;

    public static TheoryData<string, string, int, int> Refused => new()
    {
        { "<|end|>", "<|end|>", 0, 0 },
        { "hello <|start|>user", "<|start|>", 6, 6 },
        { "\u20AC\U0001F600<|reserved_201088|>", "<|reserved_201088|>", 3, 7 },
        { "<|<|end|>", "<|end|>", 2, 2 },
        { "<|en<|endoftext|>", "<|endoftext|>", 4, 4 },
        { "\uD800<|call|>", "<|call|>", 1, 3 },
        { new string('x', 10_000) + "<|message|>", "<|message|>", 10_000, 10_000 },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Encode_SpecialTextByDefault_IsRefusedWithNameAndIndex(
        string text, string name, int charIndex, int byteIndex)
    {
        byte[] utf8 = TextbookUtf8.Encode(text);
        var writer = new ArrayBufferWriter<int>();
        int[] destination = [.. Enumerable.Repeat(-1, text.Length)];
        Action[] charCalls =
        [
            () => Tokenizer.Encode(text), () => Tokenizer.Count(text), () => Tokenizer.IsWithin(text, text.Length),
            () => Tokenizer.ThrowIfRefused(text), () => Tokenizer.EncodeWithOffsets(text),
            () => Tokenizer.Encode(text, writer), () => Tokenizer.EncodePooled(text).Dispose(),
            () => Tokenizer.Encode(text, destination, out _, out _),
        ];
        Action[] byteCalls =
        [
            () => Tokenizer.Encode(utf8), () => Tokenizer.Count(utf8), () => Tokenizer.IsWithin(utf8, utf8.Length),
            () => Tokenizer.ThrowIfRefused(utf8), () => Tokenizer.EncodeWithOffsets(utf8),
            () => Tokenizer.Encode(utf8, writer), () => Tokenizer.EncodePooled(utf8).Dispose(),
            () => Tokenizer.Encode(utf8, destination, out _, out _),
        ];

        Assert.All(charCalls, call => AssertRefused(call, name, charIndex));
        Assert.All(byteCalls, call => AssertRefused(call, name, byteIndex));
        Assert.Equal(0, writer.WrittenCount);
        Assert.All(destination, static id => Assert.Equal(-1, id));
    }

    [Theory]
    [InlineData("<|end|", false)]
    [InlineData("<|End|>", false)]
    [InlineData("<|end |>", false)]
    [InlineData("<end>", false)]
    [InlineData("|end|>", false)]
    [InlineData("<|reserved_200002|>", false)]
    [InlineData("<|reserved_201089|>", false)]
    [InlineData("<|\u0435nd|>", false)]
    [InlineData("<|endofprompt|>", false)]
    [InlineData("<|end|>", true)]
    public void Encode_LookAlike_IsOrdinaryText(string text, bool isSpecial)
    {
        Assert.Equal(isSpecial, Textbook.SpecialTokens.ContainsKey(text));
        Assert.Equal(isSpecial, Record.Exception(() => Tokenizer.Encode(text)) is SpecialTokenException);
        if (!isSpecial)
        {
            int[] expected = [.. Textbook.Encode(Encoding.UTF8.GetBytes(text))];
            new EncodePaths(Tokenizer).AssertText(text, expected);
            new EncodePaths(Tokenizer, EncodeOptions.AllSpecial).AssertText(text, expected);
        }
    }

    [Fact]
    public void Encode_AllSpecial_GivesEveryTokensId()
    {
        foreach ((string name, int id) in Textbook.SpecialTokens)
        {
            Assert.Equal([id], Tokenizer.Encode(name, EncodeOptions.AllSpecial));
            Assert.Equal([id], Tokenizer.Encode(name, EncodeOptions.Allow(name)));
            Assert.Throws<SpecialTokenException>(() => Tokenizer.Encode(name, EncodeOptions.Allow("<|other|>")));
        }
    }

    [Fact]
    public void Encode_AllowedSet_RefusesTheOthersOrTakesThemAsText()
    {
        const string Text = "a<|end|>b<|start|>c";
        EncodeOptions onlyEnd = EncodeOptions.Allow("<|end|>");

        SpecialTokenException refused = Assert.Throws<SpecialTokenException>(() => Tokenizer.Encode(Text, onlyEnd));
        Assert.Equal(("<|start|>", 9), (refused.Name, refused.Index));

        new EncodePaths(Tokenizer, onlyEnd with { OtherSpecial = SpecialTextHandling.Ordinary }).AssertText(
            Text, [.. Textbook.Encode(Encoding.UTF8.GetBytes(Text), new HashSet<string> { "<|end|>" })]);
    }

    [Fact]
    public void Encode_SpecialTokenInsideAWord_SplitsThePieceThere()
    {
        int[] expected = [.. Textbook.Encode("hel"u8), 200007, .. Textbook.Encode("lo  "u8), 200006, .. Textbook.Encode(" x"u8)];

        new EncodePaths(Tokenizer, EncodeOptions.AllSpecial).AssertText("hel<|end|>lo  <|start|> x", expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Encode_RandomTextWithSpecialTokens_EqualsTextbookOnEveryPath(int seed)
    {
        string[] names = ["<|end|>", "<|start|>", "<|message|>", "<|endoftext|>", "<|reserved_200000|>"];
        var random = new Random(seed);
        var generator = new EdgeTextGenerator(seed);
        for (int i = 0; i < 150; i++)
        {
            var text = new StringBuilder();
            for (int part = random.Next(1, 6); part > 0; part--)
            {
                string name = names[random.Next(names.Length)];
                text.Append(generator.NextText(runs: 2, wellFormed: true));
                text.Append(random.Next(3) == 0 ? name[..random.Next(name.Length)] : name);
            }

            string[] allowed = [.. names.Where(_ => random.Next(2) == 0)];
            EncodeOptions options = EncodeOptions.Allow(allowed) with { OtherSpecial = SpecialTextHandling.Ordinary };
            List<int> expected = Textbook.Encode(Encoding.UTF8.GetBytes(text.ToString()), allowed.ToHashSet());
            new EncodePaths(Tokenizer, options).AssertText(text.ToString(), [.. expected]);
        }
    }

    [Fact]
    public void Encode_SpecialTokenCutByABlocksEnd_WaitsForItsRest()
    {
        byte[] utf8 = "text <|en"u8.ToArray();

        EncodeOptions[] all = [EncodeOptions.AllSpecial, EncodeOptions.Default, EncodeOptions.Allow("<|end|>")];
        foreach (EncodeOptions options in all)
        {
            OperationStatus status = Tokenizer.Encode(
                utf8, new int[10], out int consumed, out _, options, isFinalBlock: false);
            Assert.Equal(OperationStatus.NeedMoreData, status);
            Assert.InRange(consumed, 0, 5);
        }
    }

    /// <summary>Names that overlap, begin with one another or begin with what another ends with.</summary>
    [Theory]
    [InlineData("ab", "bcd", "abb", "xyx")]
    [InlineData("ab", "bxbq", "abxbq", "b")]
    [InlineData("<a>", "<a><b>", ">", "><")]
    [InlineData("aa", "aaa", "aaaaa", "ba")]
    [InlineData("\u20AC", "\u20AC\u20AC", "\u20ADx", "x\u20AC")]
    public void Encode_OverlappingNames_EqualsTextbookOnEveryPath(string a, string b, string c, string d)
    {
        List<byte[]> tokens = RandomVocabulary.Create(seed: 3, merges: 100, shuffled: true);
        var specials = new Dictionary<string, int> { [a] = 1000, [b] = 1001, [c] = 1002, [d] = 5000 };
        var textbook = new TextbookTokenizer(new TextbookMerge(tokens), specials);
        BpeTokenizer tokenizer = BpeTokenizer.LoadRankFile(
            new MemoryStream(RandomVocabulary.ToRankFile(tokens)), specials);
        var random = new Random(9);
        for (int i = 0; i < 300; i++)
        {
            string text = string.Concat(
                Enumerable.Range(0, random.Next(1, 7)).Select(_ => NextFragment(random, [a, b, c, d])));
            string[] allowed = [.. specials.Keys.Where(_ => random.Next(3) > 0)];
            EncodeOptions options = EncodeOptions.Allow(allowed) with { OtherSpecial = SpecialTextHandling.Ordinary };
            List<int> expected = textbook.Encode(Encoding.UTF8.GetBytes(text), allowed.ToHashSet());
            new EncodePaths(tokenizer, options).AssertText(text, [.. expected]);
        }
    }

    [Fact]
    public void O200kBase_HarmonysNames_AreOrdinaryText()
    {
        Assert.Equal(
            Tokenizer.Encode("<|start|>", EncodeOptions.Ordinary), BpeTokenizer.O200kBase.Encode("<|start|>"));
        Assert.Equal([199999], BpeTokenizer.O200kBase.Encode("<|endoftext|>", EncodeOptions.AllSpecial));
        Assert.Equal([200018], BpeTokenizer.O200kBase.Encode("<|endofprompt|>", EncodeOptions.AllSpecial));
    }

    private static string NextFragment(Random random, string[] names)
    {
        string name = names[random.Next(names.Length)];
        return random.Next(3) switch
        {
            0 => name[..random.Next(name.Length + 1)],
            1 => name,
            _ => new string("ab xy<\u20AC"[random.Next(7)], random.Next(1, 3)),
        };
    }

    private static void AssertRefused(Action call, string name, int index)
    {
        SpecialTokenException refused = Assert.Throws<SpecialTokenException>(call);
        Assert.Equal((name, index), (refused.Name, refused.Index));
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"index {index}", refused.Message, StringComparison.Ordinal);
    }
}
