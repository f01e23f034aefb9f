using System.Text;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Truncation;

namespace Harmony.Bpe.Tests.Truncation;

/// <summary>The search at the end of a text against the search over all its pieces, which
/// <see cref="BpeTokenizerTruncateTests"/> tests against trying every cut.</summary>
public sealed class SuffixSearchTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    private static readonly EncodeOptions[] Options =
    [
        EncodeOptions.Ordinary,
        EncodeOptions.AllSpecial,
        EncodeOptions.Allow("<|end|>") with { OtherSpecial = SpecialTextHandling.Ordinary },
    ];

    public static IEnumerable<TheoryDataRow<int>> Seeds =>
        Enumerable.Range(1, 6).Select(static seed => new TheoryDataRow<int>(seed));

    /// <summary>Long texts of one kind, so that no sure place is near.</summary>
    public static TheoryData<string> Units =>
    [
        "0", "0123456789", "7\u0665", "\u0665", "\u0665\u0666\u0667", "1\u0301", "12345 ", "0<|end|>", "00000<|end|>0000000",
        " ", "\t", "\n", "\r\n", " \n", "\u3000", "\u00A0 ", "   a", "a", "aB", "Ab", "\u4F60\u597D", "\u4F60\uFF0C", "a'b", "'", "'s", "'S",
        "a's", "\u2019", "!", "!/", "/\n", "\n/", "!\n", ".\n/a", "\u0301", "a\u0301", "!\u0301", " \u0301", "\uD83D\uDE00", "x!",
        "<|end|>", "<|end|> ", " <|end|>", "<|en", "<|start|>1<|end|>", "<|reserved_200000|>12", "a\n", "1a", "1\n", "\ta1!",
    ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void GetSuffixStart_RandomText_EqualsTheSearchOverAllPieces(int seed)
    {
        var random = new Random(seed);
        var generator = new EdgeTextGenerator(500 + seed);
        for (int i = 0; i < 20; i++)
        {
            var text = new StringBuilder();
            for (int length = random.Next(500, 12_000); text.Length < length;)
            {
                text.Append(generator.NextText(runs: 8));
                text.Append(random.Next(4) == 0 ? "<|end|>" : "").Append(random.Next(9) == 0 ? new string('5', random.Next(900)) : "");
            }

            AssertEqual(text.ToString(), random, Options[i % Options.Length]);
            byte[] utf8 = [.. Enumerable.Range(0, random.Next(5, 60)).SelectMany(_ => generator.NextUtf8(runs: 8))];
            AssertEqual(utf8, random, Options[i % Options.Length]);
        }
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void GetSuffixStart_TextOfOneKind_EqualsTheSearchOverAllPieces(string unit)
    {
        var random = new Random(unit.Length);
        string[] beginnings = ["", "x", "12", "\u0665", "a b<|end|>", " ", "\n", "'", "<|"];
        foreach (string beginning in beginnings)
        {
            string text = beginning + string.Concat(Enumerable.Repeat(unit, 9_000 / unit.Length));
            string end = beginnings[random.Next(beginnings.Length)];
            AssertEqual(text + end, random, Options[random.Next(Options.Length)]);
        }
    }

    /// <summary>A sure start is the start of a piece, whatever part of the text is seen.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void LastSureStart_EveryPlaceOfRandomText_IsAPiecesStart(int seed)
    {
        var random = new Random(seed);
        var generator = new EdgeTextGenerator(700 + seed);
        int sure = 0;
        int places = 0;
        for (int i = 0; i < 250; i++)
        {
            byte[] utf8 = i % 2 == 0
                ? [.. generator.NextUtf8(runs: 4), .. "<|end|>"u8, .. generator.NextUtf8(runs: 4)]
                : TextbookUtf8.Encode(NextOfFewParts(random));
            AssertSure(Tokenizer, utf8, Options[i % Options.Length], ref places, ref sure);
        }

        // Many places have a sure start nearby.
        Assert.InRange(sure, places / 3, places);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("12 ", "3")]
    [InlineData(" x", "1", "\n\n1")]
    [InlineData("b a", "!1")]
    [InlineData("aa", "aaa", " aa a")]
    public void LastSureStart_NamesOfAnyKind_IsAPiecesStart(params string[] names)
    {
        BpeTokenizer tokenizer = Tokenizer.WithSpecialTokens(names.Select(static (name, i) => new SpecialToken(name, 300_000 + i)));
        var random = new Random(names[0].Length);
        int ignored = 0;
        string[] parts = [.. names, "a", " ", "1", "12", "3", "x", "\n", "!", "b"];
        for (int i = 0; i < 600; i++)
        {
            string text = string.Concat(Enumerable.Range(0, 30).Select(_ => parts[random.Next(parts.Length)]));
            AssertSure(tokenizer, TextbookUtf8.Encode(text), EncodeOptions.AllSpecial, ref ignored, ref ignored);
        }
    }

    private static string NextOfFewParts(Random random)
    {
        string[] parts =
        [
            "a", "B", "1", "\u0665", " ", "\u3000", "\n", "\r", "/", "'", "s", "ll", "!", "\u0301", "\u4F60", "\u02B0", "23", "<|end|>", "<|", "\uD83D\uDE00",
        ];
        string[] few = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => parts[random.Next(parts.Length)])];
        return string.Concat(Enumerable.Range(0, 60).Select(_ => few[random.Next(few.Length)]));
    }

    private static void AssertSure(BpeTokenizer tokenizer, byte[] utf8, EncodeOptions options, ref int places, ref int sure)
    {
        EncodeContext context = tokenizer.ContextOf(options, isFinal: true, CancellationToken.None);
        using PieceEndRecorder recorder = PieceEndRecorder.Record(context, utf8, int.MaxValue);
        HashSet<int> starts = [0, .. recorder.Pieces.ToArray().Select(static piece => piece.Position)];
        (_, int[] characters) = TextbookUtf8.Decode(utf8);
        foreach (int cut in characters.Where((_, i) => i == 0 || i % 17 == 3))
        {
            var search = new SuffixSearch(context, utf8.AsSpan(cut), isWhole: cut == 0, maxTokens: 1);
            for (int position = 0; position < utf8.Length - cut; position++)
            {
                int start = search.LastSureStart(position);
                Assert.InRange(start, 0, position);
                Assert.True(
                    start == 0 || starts.Contains(cut + start),
                    $"{Convert.ToHexString(utf8)}: {cut + start} is no start, seen from {cut}, at {cut + position}");
                places++;
                sure += start > position - 40 ? 1 : 0;
            }
        }
    }

    /// <summary>A suffix may start up to the length of a token before the piece that decides.</summary>
    [Fact]
    public void DecidesSuffix_EveryLimit_OnlyIfALongestTokenFitsBefore()
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("words of a text, ", 30)));
        EncodeContext context =
            Tokenizer.ContextOf(EncodeOptions.Ordinary, isFinal: true, CancellationToken.None);
        using PieceEndRecorder recorder = PieceEndRecorder.Record(context, utf8, int.MaxValue);
        PieceEnd[] pieces = recorder.Pieces.ToArray();
        int total = pieces[^1].Ids;
        int decided = 0;
        for (int limit = 0; limit <= total + 1; limit++)
        {
            int first = Array.FindIndex(pieces, piece => piece.Ids >= total - limit);
            int start = first <= 0 ? 0 : pieces[first - 1].Position;
            bool expected = total > limit && start >= Tokenizer.MaxTokenLength;
            Assert.Equal(expected, new Truncator(context, utf8, limit, pieces).DecidesSuffix());
            decided += expected ? 1 : 0;
        }

        Assert.InRange(decided, 1, total);
    }

    /// <summary>Special tokens with any names: a place that looks sure may be inside one.</summary>
    [Theory]
    [InlineData("a b")]
    [InlineData("12 ")]
    [InlineData(" x", "1")]
    [InlineData("\n\n1", "b a")]
    [InlineData("aa", "aaa", " aa a")]
    [InlineData(" ", "\n")]
    public void GetSuffixStart_NamesOfAnyKind_EqualsTheSearchOverAllPieces(params string[] names)
    {
        BpeTokenizer tokenizer = Tokenizer.WithSpecialTokens(names.Select(static (name, i) => new SpecialToken(name, 300_000 + i)));
        var random = new Random(names.Length);
        foreach (string unit in (string[])["a b", "aa a ", "12 12", "1 x1", "\n\n1b a ", "123", "a", .. names])
        {
            string text = "x 1" + string.Concat(Enumerable.Repeat(unit, 8_000 / unit.Length));
            foreach (EncodeOptions options in (EncodeOptions[])[EncodeOptions.AllSpecial, EncodeOptions.Ordinary])
            {
                AssertEqual(text, random, options, tokenizer);
            }
        }
    }

    private static void AssertEqual(
        string text, Random random, EncodeOptions options, BpeTokenizer? tokenizer = null)
    {
        tokenizer ??= Tokenizer;
        byte[] utf8 = TextbookUtf8.Encode(text);
        foreach (int limit in Limits(random))
        {
            int expected = OverAllPieces(tokenizer, utf8, limit, options);
            int start = tokenizer.GetSuffixStart(text, limit, options);
            Assert.True(
                expected == TextbookUtf8.Encode(text[..start]).Length,
                $"limit {limit}, \"{text[..Math.Min(text.Length, 30)]}\"...: expected byte {expected}, was char {start}");
            Assert.Equal(expected, tokenizer.GetSuffixStart(utf8, limit, options));
        }
    }

    private static void AssertEqual(byte[] utf8, Random random, EncodeOptions options)
    {
        foreach (int limit in Limits(random))
        {
            Assert.Equal(
                OverAllPieces(Tokenizer, utf8, limit, options), Tokenizer.GetSuffixStart(utf8, limit, options));
        }
    }

    private static int[] Limits(Random random) => [0, 1, random.Next(2, 40), random.Next(40, 300), random.Next(5_000), int.MaxValue];

    private static int OverAllPieces(BpeTokenizer tokenizer, byte[] utf8, int limit, EncodeOptions options)
    {
        EncodeContext context = tokenizer.ContextOf(options, isFinal: true, CancellationToken.None);
        using PieceEndRecorder recorder = PieceEndRecorder.Record(context, utf8, int.MaxValue);
        return new Truncator(context, utf8, limit, recorder.Pieces).LongestSuffix();
    }
}
