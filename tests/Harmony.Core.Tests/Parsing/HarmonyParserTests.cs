using Harmony.Bpe;

namespace Harmony.Core.Tests.Parsing;

public class HarmonyParserTests
{
    private const string TwoMessages =
        "<|channel|>analysis<|message|>So.<|end|><|start|>assistant<|channel|>final<|message|>Hi<|return|>";

    private const string Call = "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>";

    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    [Fact]
    public void TryRead_Completion_GivesItsSegmentsInOrder()
    {
        var parser = new HarmonyParser(Harmony);
        SegmentLog log = SegmentLog.Of(parser, Ids(TwoMessages));

        const string Analysis = "Assistant  analysis  ";
        const string Final = "Assistant  final  ";
        Assert.Equal(
            [
                (HarmonySegmentKind.HeaderComplete, 0, Analysis, "", 0, 3),
                (HarmonySegmentKind.ContentDelta, 0, Analysis, "So.", 3, 2),
                (HarmonySegmentKind.MessageEnd, 0, Analysis, "", 5, 1),
                (HarmonySegmentKind.HeaderComplete, 1, Final, "", 6, 5),
                (HarmonySegmentKind.ContentDelta, 1, Final, "Hi", 11, 1),
                (HarmonySegmentKind.MessageEnd, 1, Final, "", 12, 1),
            ],
            log.Segments.Select(
                static s => (s.Kind, s.MessageIndex, s.Address, s.Text, s.IdIndex, s.Ids.Count)));
        Assert.Equal([200_007, 200_002], log.Segments.Select(static s => s.EndToken).OfType<int>());
        Assert.Equal(13, parser.IdCount);
    }

    [Fact]
    public void TryRead_CallOfAFunction_HasAllOfTheHeader()
    {
        var parser = new HarmonyParser(Harmony);
        parser.Push(Ids(Call));
        Assert.True(parser.TryRead(out HarmonySegment segment));
        Assert.Equal(
            (Role.Assistant, null, "commentary", "functions.f", "<|constrain|>json", HarmonyRoute.Function),
            (segment.Role, segment.AuthorName, segment.Channel, segment.Recipient, segment.ContentType,
                segment.Route));
        Assert.True(parser.TryRead(out segment));
        Assert.Equal("{}"u8, segment.Utf8);
        Assert.Equal("{}", segment.Chars.ToString());
        Assert.Equal("ContentDelta of message 0: 1 ids, '{}'", segment.ToString());
        Assert.True(parser.TryRead(out segment));
        Assert.Equal(200_012, segment.EndToken);
        Assert.False(parser.TryRead(out _));
    }

    [Fact]
    public void TryRead_Diagnostic_SaysWhatAndWhere()
    {
        var parser = new HarmonyParser(Harmony);
        parser.Push(Ids("<|channel|>final<|message|>a<|end|><|return|>"));
        var diagnostics = new List<string>();
        while (parser.TryRead(out HarmonySegment segment))
        {
            if (segment.Kind == HarmonySegmentKind.Diagnostic)
            {
                Assert.Null(segment.Role);
                diagnostics.Add(segment.ToString());
            }
        }

        Assert.Equal(["Diagnostic at 5: an end token where no message is open"], diagnostics);
    }

    [Fact]
    public void DiagnosticText_EveryDiagnostic_HasOne()
    {
        HarmonyDiagnostic[] all =
            [.. Enum.GetValues<HarmonyDiagnostic>().Where(static d => d != HarmonyDiagnostic.None)];
        string[] texts = [.. all.Select(Core.Parsing.DiagnosticTexts.Of)];
        Assert.DoesNotContain("", texts);
        Assert.Equal(texts.Length, texts.Distinct().Count());
    }

    [Fact]
    public void Push_HalfACharacter_ComesWithTheOtherHalf()
    {
        var parser = new HarmonyParser(Harmony);
        parser.Push(Ids("<|channel|>final<|message|>"));
        Assert.True(parser.TryRead(out _));
        int[] bytes = [.. "😊"u8.ToArray().Select(IdOf)];
        foreach (int id in bytes[..^1])
        {
            parser.Push(id);
            Assert.False(parser.TryRead(out _));
        }

        parser.Push(bytes[^1]);
        Assert.True(parser.TryRead(out HarmonySegment segment));
        Assert.Equal("😊", segment.Text);
        Assert.Equal(bytes, segment.Ids);
        Assert.Equal(3, segment.IdIndex);
    }

    [Fact]
    public void Counts_ByChannel_AreTheIdsOfContent()
    {
        var parser = new HarmonyParser(Harmony);
        parser.Push(Ids("<|channel|>analysis<|message|>So it is.<|end|>"));
        parser.Push(Ids("<|start|>assistant<|channel|>final<|message|>Hi"));
        Assert.Equal(new HarmonyTokenCounts(14, 4, 0, 1, 0, 9), parser.Counts);
        parser.Push(Ids(" there<|end|><|start|>assistant" + Call));
        parser.Push(Ids("<|start|>assistant<|channel|>x<|message|>y<|end|>"));
        HarmonyTokenCounts counts = parser.Counts;
        Assert.Equal((4, 1, 2, 1), (counts.Reasoning, counts.Commentary, counts.Final, counts.Other));
        Assert.Equal(parser.IdCount, counts.Total);
        Assert.Equal(counts.Total, 8 + counts.Format);
        parser.Reset();
        Assert.Equal(default, parser.Counts);
    }

    [Fact]
    public void Messages_Collected_KeepTheIdsTheyWereSampledAs()
    {
        int[] first = Ids("<|channel|>analysis<|message|>So.<|end|>");
        int[] second = Ids("<|start|>assistant" + Call);
        var parser = new HarmonyParser(Harmony);
        SegmentLog.Of(parser, [.. first, .. second], 2);

        Assert.Equal(first, parser.Messages[0].SampledIds);
        Assert.Equal(second, parser.Messages[1].SampledIds);
        int[] prompt = Ids("<|start|>assistant");
        Assert.Equal(
            [.. prompt, .. first, .. second],
            Harmony.Render(Conversation.FromMessages([.. parser.Messages]), RenderOptions.Messages));
    }

    [Theory]
    // Can't stand in a prompt as they are, or don't say what the message says.
    [InlineData("<|channel|>final<|message|>a<|reserved_200013|><|end|>", null)]
    [InlineData("<|channel|>final<|message|>a<|message|>b<|end|>", null)]
    [InlineData("<|channel|>final Hi<|end|>", null)]
    [InlineData("<|channel|>final<|reserved_200013|><|message|>a<|end|>", null)]
    [InlineData("<|channel|>final<|message|>a STOP b<|end|>", null)]
    [InlineData("<|start|>user<|message|>b<|end|>", null)]
    // Odd, but to be written as they are.
    [InlineData("<|channel|>commentary?<|message|>a<|end|>", "<|channel|>commentary?<|message|>a<|end|>")]
    [InlineData("<|channel|>final<|message|>a", "<|channel|>final<|message|>a")]
    [InlineData("<|channel|>final<|message|>a<|endoftext|>", "<|channel|>final<|message|>a")]
    public void Messages_OddCompletions_KeepIdsThatCanStandInAPrompt(string completion, string? kept)
    {
        var parser = new HarmonyParser(Harmony, new HarmonyParserOptions { StopStrings = ["STOP"] });
        SegmentLog.Of(parser, Ids(completion));
        Assert.Equal(kept is null ? [] : Ids(kept), Assert.Single(parser.Messages).SampledIds);
    }

    [Fact]
    public void Messages_NotWanted_AreCounted()
    {
        var parser = new HarmonyParser(Harmony, new HarmonyParserOptions { CollectMessages = false });
        SegmentLog log = SegmentLog.Of(parser, Ids(Call));
        Assert.Empty(parser.Messages);
        Assert.Equal(1, parser.MessageCount);
        Assert.Equal(["{}"], log.Texts);
    }

    [Fact]
    public void Push_CompleteParser_Throws()
    {
        var parser = new HarmonyParser(Harmony);
        parser.Complete();
        Assert.Throws<InvalidOperationException>(() => parser.Push(1));
        Assert.Throws<InvalidOperationException>(() => parser.Push([1, 2]));
        parser.Reset();
        parser.Push(1);
        Assert.Equal(1, parser.IdCount);
    }

    [Fact]
    public void Reset_BadOptions_LeavesTheParserAsItWas()
    {
        var parser = new HarmonyParser(Harmony);
        parser.Push(Ids("<|channel|>final<|message|>a"));
        Assert.Throws<ArgumentException>(() => parser.Reset(new HarmonyParserOptions { StopStrings = [""] }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => parser.Reset(new HarmonyParserOptions { Role = (Role)9 }));
        Assert.Throws<ArgumentException>(
            () => new HarmonyParser(Harmony, new HarmonyParserOptions { StopStrings = [default] }));
        parser.Complete();
        Assert.Equal("a", Assert.Single(parser.Messages).Text);
        Assert.Same(HarmonyParserOptions.Default, parser.Options);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(0)]
    public void Push_WarmParser_AllocatesNothing(int chunk)
    {
        const string More =
            "<|start|>assistant to=functions.get_weather<|channel|>x<|message|>Hi STO 日本語 STOP";
        int[] ids = [.. BenchInputs.ReadCompletion(1000, out _), .. Ids(More)];
        var parser = new HarmonyParser(
            Harmony,
            new HarmonyParserOptions { CollectMessages = false, StopStrings = [new("STOP", null)] });
        int chars = 0;
        Assert.Equal(0, Allocation.Measure(() =>
        {
            parser.Reset();
            for (int at = 0; at < ids.Length; at += Math.Max(chunk, 1))
            {
                parser.Push(ids.AsSpan(at, chunk == 0 ? ids.Length : Math.Min(chunk, ids.Length - at)));
                chars += ReadAll(parser);
                at = chunk == 0 ? ids.Length : at;
            }

            parser.Complete();
            chars += ReadAll(parser);
        }));
        Assert.Equal("STOP", parser.FoundStopString);
        Assert.True(chars > ids.Length);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    [InlineData(20000)]
    public void Push_BenchCompletion_GivesTheReferencesMessages(int size)
    {
        int[] ids = BenchInputs.ReadCompletion(size, out ValueList<Message> expected);
        foreach (int chunk in (int[])[0, 1, 16])
        {
            var parser = new HarmonyParser(Harmony);
            SegmentLog log = SegmentLog.Of(parser, ids, chunk);
            Assert.Equal(expected, parser.Messages);
            Assert.Equal(expected.Select(static message => message.Text), log.Texts);
        }
    }

    private static int ReadAll(HarmonyParser parser)
    {
        int chars = 0;
        while (parser.TryRead(out HarmonySegment segment))
        {
            chars += segment.Chars.Length + segment.Ids.Length + (segment.Channel?.Length ?? 0);
        }

        return chars;
    }

    private static int[] Ids(string completion) =>
        Harmony.Tokenizer.Encode(completion, EncodeOptions.AllSpecial);

    private static int IdOf(byte value)
    {
        Assert.True(Harmony.Tokenizer.TryGetId([value], out int id));
        return id;
    }
}
