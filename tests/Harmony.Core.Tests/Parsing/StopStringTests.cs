using System.Text;
using Harmony.Bpe;
using Harmony.Core.Parsing;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Strings that end a message's text.</summary>
public class StopStringTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    [Theory]
    [InlineData("one STOP two", "one ", "STOP", "STOP")]
    [InlineData("one STO two", "one STO two", null, "STOP")]
    [InlineData("one STO", "one STO", null, "STOP")]
    [InlineData("STOP", "", "STOP", "STOP")]
    [InlineData("aababc", "aab", "abc", "abc")]
    [InlineData("aaab", "a", "aab", "aab")]
    // The string that ends first; of two that end together, the longer.
    [InlineData("xabcd", "xa", "bc", "abcde", "bc")]
    [InlineData("xabcd", "x", "abc", "bc", "abc", "c")]
    // With characters of several bytes.
    [InlineData("日本語😊", "日本", "語😊", "語😊", "語本")]
    [InlineData("日本語", "日本語", null, "語😊", "é")]
    public void Push_Text_EndsAtTheFirstStopString(
        string text, string expected, string? found, params string[] stops)
    {
        var options = new HarmonyParserOptions { StopStrings = [.. stops.Select(StopString.FromString)] };
        int[] header = Ids("<|channel|>final<|message|>");
        int[] asBytes = [.. Encoding.UTF8.GetBytes(text).Select(IdOf)];
        foreach (int[] content in (int[][])[Harmony.Encode(text), asBytes])
        {
            foreach (int chunk in (int[])[0, 1, 2])
            {
                var parser = new HarmonyParser(Harmony, options);
                int[] ids = [.. header, .. content, 200_002];
                SegmentLog log = SegmentLog.Of(parser, ids, chunk);
                Assert.Equal([expected], log.Texts);
                Assert.Equal(expected, Assert.Single(parser.Messages).Text);
                Assert.Equal(found, parser.MatchedStopString);
                Assert.Equal(
                    found is null ? 0 : 1,
                    log.Segments.Count(static s => s.Kind == HarmonySegmentKind.StopString));
                Assert.Equal(ids, log.Segments.SelectMany(static segment => segment.Ids));
                Assert.Equal(200_002, log.Segments[^1].EndToken);
                Assert.Empty(log.Diagnostics);
            }
        }
    }

    [Fact]
    public void Push_PossibleBeginning_IsHeldBack()
    {
        var parser = new HarmonyParser(Harmony, new HarmonyParserOptions { StopStrings = ["STOP"] });
        parser.Push(Ids("<|channel|>final<|message|>"));
        var texts = new List<string>();
        foreach (byte value in "a STSTOx STO"u8)
        {
            parser.Push(IdOf(value));
            texts.Add(ReadText(parser));
        }

        Assert.Equal(["a", " ", "", "", "ST", "", "", "STOx", " ", "", "", ""], texts);
        parser.Complete();
        Assert.Equal("STO", ReadText(parser));
    }

    [Theory]
    [InlineData("<|channel|>final", "final", true)]
    [InlineData("<|channel|>analysis", "final", false)]
    [InlineData("<|channel|>analysis", "analysis", true)]
    [InlineData("", "final", true)]
    [InlineData("", "analysis", false)]
    [InlineData("<|channel|>x", "x", true)]
    [InlineData("<|channel|>x", "final", false)]
    [InlineData("<|channel|>x", null, true)]
    [InlineData("<|channel|>final", null, true)]
    [InlineData("", null, true)]
    public void Push_OtherChannel_IsNotStopped(string header, string? channel, bool isStopped)
    {
        StopString[] stops = [new("STOP", channel), new("other", "other")];
        var parser = new HarmonyParser(Harmony, new HarmonyParserOptions { StopStrings = [.. stops] });
        SegmentLog log = SegmentLog.Of(
            parser,
            Ids($"{header}<|message|>a STOP b<|end|><|start|>assistant<|channel|>commentary<|message|>c"));
        Assert.Equal(isStopped ? "a " : "a STOP b", log.Texts[0]);
        Assert.Equal("c", log.Texts[1]);
    }

    [Fact]
    public void Push_AfterAStopString_GivesIdsWithoutText()
    {
        var parser = new HarmonyParser(Harmony, new HarmonyParserOptions { StopStrings = ["STOP"] });
        int[] ids = [.. Ids("<|channel|>final<|message|>a STOP b"), IdOf(0xF0), 200_008, 201_089, 200_013];
        SegmentLog log = SegmentLog.Of(parser, ids, 1);
        Assert.Equal(["a "], log.Texts);
        Assert.Equal(ids, log.Segments.SelectMany(static segment => segment.Ids));
        Assert.Equal(
            [
                HarmonyDiagnostic.UnexpectedSpecialToken, HarmonyDiagnostic.UnknownId,
                HarmonyDiagnostic.UnexpectedSpecialToken,
            ],
            log.Diagnostics);
    }

    [Fact]
    public void TryFind_RandomTexts_EqualsSearching()
    {
        var random = new Random(7);
        for (int round = 0; round < 20_000; round++)
        {
            string[] stops =
                [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomText(random, 1, 5)).Distinct()];
            string text = RandomText(random, 0, 24);
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            var matcher = new StopStringMatcher(stops);
            int state = 0;
            (string? Text, int End) found = (null, 0);
            for (int at = 0; at < utf8.Length && found.Text is null;)
            {
                int length = Math.Min(random.Next(1, 6), utf8.Length - at);
                if (matcher.TryFind(utf8.AsSpan(at, length), ref state, out int endInPart))
                {
                    found = (matcher.TextAt(state, out int textLength), at + endInPart);
                    Assert.Equal(Encoding.UTF8.GetByteCount(found.Text), textLength);
                }
                else
                {
                    at += length;
                    Assert.Equal(LongestBeginningAtEnd(utf8[..at], stops), matcher.HeldByteCount(state));
                }
            }

            Assert.Equal(Search(utf8, stops), found);
        }
    }

    private static (string? Text, int End) Search(byte[] utf8, string[] stops)
    {
        for (int end = 1; end <= utf8.Length; end++)
        {
            string? longest = stops.Where(stop => utf8.AsSpan(0, end).EndsWith(Encoding.UTF8.GetBytes(stop)))
                .MaxBy(static stop => Encoding.UTF8.GetByteCount(stop));
            if (longest is not null)
            {
                return (longest, end);
            }
        }

        return (null, 0);
    }

    private static int LongestBeginningAtEnd(byte[] utf8, string[] stops) => stops
        .Select(Encoding.UTF8.GetBytes)
        .SelectMany(stop => Enumerable.Range(0, stop.Length)
            .Where(length => utf8.AsSpan().EndsWith(stop.AsSpan(0, length))))
        .Max();

    private static string RandomText(Random random, int least, int most) => string.Concat(
        Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => random.Next(8) switch
        {
            < 3 => "a",
            < 6 => "b",
            6 => "é",
            _ => "è",
        }));

    private static string ReadText(HarmonyParser parser)
    {
        var text = new StringBuilder();
        while (parser.TryRead(out HarmonySegment segment))
        {
            text.Append(segment.Text);
        }

        return text.ToString();
    }

    private static int[] Ids(string completion) =>
        Harmony.Tokenizer.Encode(completion, EncodeOptions.AllSpecial);

    private static int IdOf(byte value)
    {
        Assert.True(Harmony.Tokenizer.TryGetId([value], out int id));
        return id;
    }
}
