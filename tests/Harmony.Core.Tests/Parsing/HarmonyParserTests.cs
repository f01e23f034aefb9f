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
        Assert.Equal(13, parser.Counts.Total);
    }

    [Fact]
    public void TryRead_ExampleOfTheDocument_GivesItsSegments()
    {
        int[] ids = [200_005, 17_196, 200_008, 9552, 102, 115, 480, 13, 1954, 200_002];
        var parser = new HarmonyParser(Harmony, new HarmonyParserOptions { StopStrings = ["it."] });
        Assert.Equal(
            [
                "HeaderComplete '' 200005 17196 200008", "ContentDelta ' ' 9552", "ContentDelta '🩷' 102 115",
                "ContentDelta ' ' 480", "StopString '' 13", "Skipped '' 1954", "MessageEnd '' 200002",
            ],
            SegmentLog.Of(parser, ids, 1).Segments.Select(Describe));
        Assert.Equal((HarmonyFinishReason.StopString, "it."), (parser.FinishReason, parser.MatchedStopString));
        Assert.Equal(" 🩷 ", Assert.Single(parser.Messages).Text);

        parser.Reset();
        Assert.Equal(
            [
                "HeaderComplete '' 200005 17196 200008", "ContentDelta ' 🩷 ' 9552 102 115 480", "StopString '' 13",
                "Skipped '' 1954", "MessageEnd '' 200002",
            ],
            SegmentLog.Of(parser, ids).Segments.Select(Describe));

        static string Describe(Segment segment) => $"{segment.Kind} '{segment.Text}' {string.Join(' ', segment.Ids)}";
    }

    [Fact]
    public void TryRead_CallOfAFunction_HasAllOfTheHeader()
    {
        var parser = new HarmonyParser(Harmony);
        parser.Push(Ids(Call));
        Assert.True(parser.TryRead(out HarmonySegment segment));
        Assert.Equal(
            (Role.Assistant, null, "commentary", "functions.f", "<|constrain|>json", MessageDestination.Function),
            (segment.Role, segment.AuthorName, segment.Channel, segment.Recipient, segment.ContentType,
                segment.Destination));
        Assert.True(parser.TryRead(out segment));
        Assert.Equal("{}"u8, segment.Utf8);
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

    [Theory]
    [InlineData(HarmonyDiagnostic.None, "")]
    [InlineData(HarmonyDiagnostic.UnexpectedText, "text outside of any message")]
    [InlineData(HarmonyDiagnostic.MissingHeader, "an answer without a header")]
    [InlineData(HarmonyDiagnostic.RedundantEnd, "an end token where no message is open")]
    [InlineData(HarmonyDiagnostic.MissingStart, "a header without its start marker")]
    [InlineData(HarmonyDiagnostic.RepeatedStart, "a second start marker")]
    [InlineData(HarmonyDiagnostic.MissingEnd, "a message without its end token")]
    [InlineData(HarmonyDiagnostic.EndOfText, "a message that ends with <|endoftext|>")]
    [InlineData(HarmonyDiagnostic.EndInHeader, "an end token in a header")]
    [InlineData(HarmonyDiagnostic.StartInHeader, "a start marker in a header")]
    [InlineData(HarmonyDiagnostic.HeaderCutOff, "the stream ends in a header")]
    [InlineData(HarmonyDiagnostic.HeaderTooLong, "a header that does not end")]
    [InlineData(HarmonyDiagnostic.MissingRole, "a header without a role")]
    [InlineData(HarmonyDiagnostic.RepeatedRole, "a role that is there twice")]
    [InlineData(HarmonyDiagnostic.UnknownRole, "an unknown role")]
    [InlineData(HarmonyDiagnostic.NamedRole, "a role with a name")]
    [InlineData(HarmonyDiagnostic.MissingChannel, "a message of the assistant without a channel")]
    [InlineData(HarmonyDiagnostic.MissingChannelMarker, "a channel without its marker")]
    [InlineData(HarmonyDiagnostic.EmptyChannel, "a channel marker without a channel")]
    [InlineData(HarmonyDiagnostic.RepeatedChannel, "a second channel")]
    [InlineData(HarmonyDiagnostic.RepairedChannel, "junk around a channel")]
    [InlineData(HarmonyDiagnostic.UnknownChannel, "an unknown channel")]
    [InlineData(HarmonyDiagnostic.EmptyRecipient, "to= without a recipient")]
    [InlineData(HarmonyDiagnostic.RepeatedRecipient, "a second recipient")]
    [InlineData(HarmonyDiagnostic.BareRecipient, "a recipient without to=")]
    [InlineData(HarmonyDiagnostic.RecipientIsAuthor, "a recipient that is the author")]
    [InlineData(HarmonyDiagnostic.ContentTypeWithoutRecipient, "a content type without a recipient")]
    [InlineData(HarmonyDiagnostic.RepeatedContentType, "a second content type")]
    [InlineData(HarmonyDiagnostic.SpaceAfterConstrain, "a space after the constrain marker")]
    [InlineData(HarmonyDiagnostic.UnexpectedWords, "words that have no place in a header")]
    [InlineData(HarmonyDiagnostic.SpelledMarker, "a marker that is spelled as text")]
    [InlineData(HarmonyDiagnostic.UnusualSpace, "unusual white space in a header")]
    [InlineData(HarmonyDiagnostic.MissingSpace, "a recipient without a space before it")]
    [InlineData(HarmonyDiagnostic.UnexpectedSpecialToken, "a special token that means nothing here")]
    [InlineData(HarmonyDiagnostic.UnknownId, "an id that is no token's")]
    [InlineData(HarmonyDiagnostic.InvalidUtf8, "bytes that are not UTF-8")]
    public void DiagnosticText_OfADiagnostic_SaysIt(HarmonyDiagnostic diagnostic, string text) =>
        Assert.Equal(text, Core.Parsing.DiagnosticTexts.Of(diagnostic));

    [Fact]
    public void DiagnosticText_EveryDiagnostic_HasItsOwn()
    {
        string[] texts = [.. Enum.GetValues<HarmonyDiagnostic>().Select(Core.Parsing.DiagnosticTexts.Of)];
        Assert.Equal(texts.Length, texts.Distinct().Count());
    }

    [Theory]
    // If a header without its message marker ends inside a token, the rest of the token is content.
    [InlineData("<|channel|>finalHello<|return|>", 4, 0, 0, 1, 0, 3)]
    [InlineData("<|channel|>final Hello there<|return|>", 5, 0, 0, 2, 0, 3)]
    [InlineData("Hello there<|return|>", 3, 0, 0, 0, 2, 1)]
    [InlineData("<|channel|>analysis<|message|>a<|reserved_200013|><|message|><|end|>", 7, 2, 0, 0, 0, 5)]
    public void Counts_OddCompletions_AreTheIdsOfContent(
        string completion, int total, int reasoning, int commentary, int final, int other, int format)
    {
        var parser = new HarmonyParser(Harmony);
        SegmentLog.Of(parser, Ids(completion));
        Assert.Equal(
            new HarmonyTokenCounts(total, reasoning, commentary, final, other, format), parser.Counts);
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
        Assert.Equal(parser.Counts.Total, counts.Total);
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
            Harmony.Render(Conversation.FromMessages([.. parser.Messages]), RenderOptions.History));
    }

    [Theory]
    // Ids that can't stand in a prompt, or would not say there what the message says.
    [InlineData("<|channel|>final<|message|>a<|reserved_200013|><|end|>", null)]
    [InlineData("<|channel|>final<|message|>a<|message|>b<|end|>", null)]
    [InlineData("<|channel|>final Hi<|end|>", null)]
    [InlineData("<|channel|>final<|reserved_200013|><|message|>a<|end|>", null)]
    [InlineData("<|channel|>final<|message|>a STOP b<|end|>", null)]
    [InlineData("<|start|>user<|message|>b<|end|>", null)]
    [InlineData("to=functions.f<|channel|>commentary<|message|>{}<|call|>", null)]
    [InlineData("<|start|><|channel|>final<|message|>b<|end|>", null)]
    // Odd ids that a prompt can repeat.
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
    public void Messages_NotCollected_AreCounted()
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
        Assert.Equal(1, parser.Counts.Total);
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
        Assert.Throws<ArgumentException>(
            () => parser.Reset(new HarmonyParserOptions { Continues = new Message(Role.Tool, "{") }));
        parser.Complete();
        Assert.Equal("a", Assert.Single(parser.Messages).Text);
    }

    [Fact]
    public void Reset_AfterAStopString_ForgetsIt()
    {
        var parser = new HarmonyParser(Harmony, new HarmonyParserOptions { StopStrings = ["STOP"] });
        parser.Push(Ids("<|channel|>final<|message|>a STOP"));
        Assert.Equal("STOP", parser.MatchedStopString);
        parser.Reset();
        Assert.Null(parser.MatchedStopString);
        Assert.Equal((0, 0, ParserState.Header), (parser.Counts.Total, parser.MessageCount, parser.State));
        Assert.Empty(parser.Messages);
        Assert.False(parser.TryRead(out _));
    }

    [Fact]
    public void Push_HalfACharacterAfterAStopString_LeavesNothingWaiting()
    {
        Assert.True(Harmony.Tokenizer.TryGetId([0x20, 0xF0, 0x9F], out int id));
        var parser = new HarmonyParser(Harmony, new HarmonyParserOptions { StopStrings = [" "] });
        SegmentLog log = SegmentLog.Of(parser, [.. Ids("<|channel|>final<|message|>a"), id, 200_002]);
        Assert.Equal("a", Assert.Single(parser.Messages).Text);
        Assert.Empty(log.Diagnostics);
    }

    [Fact]
    public void Options_OneInstance_AreCompiledOnce()
    {
        var options = new HarmonyParserOptions { StopStrings = ["a", new("b", "analysis"), new("c", null)] };
        var compiled = Core.Parsing.CompiledParserOptions.Of(options);
        Assert.Same(compiled, Core.Parsing.CompiledParserOptions.Of(options));
        Assert.Same(compiled.MatcherFor(null), compiled.MatcherFor("final"));
        Assert.Same(compiled.MatcherFor("x"), compiled.MatcherFor("commentary"));

        // A copy is another instance.
        HarmonyParserOptions copy = options with { StopStrings = [] };
        Assert.Null(Core.Parsing.CompiledParserOptions.Of(copy).MatcherFor("final"));
        Assert.NotNull(compiled.MatcherFor("final"));
    }

    [Fact]
    public void Options_StopStringsOfOneText_ShareTheirAutomaton()
    {
        var compiled = Core.Parsing.CompiledParserOptions.Of(new HarmonyParserOptions
        {
            StopStrings = [new("a", null), new("a", "final"), new("a", "x")],
        });
        Assert.Same(compiled.MatcherFor("final"), compiled.MatcherFor("other"));
        Assert.Same(compiled.MatcherFor("x"), compiled.MatcherFor("other"));
    }

    [Fact]
    public void Options_StopStringsTooLong_AreRefused()
    {
        var most = new HarmonyParserOptions { StopStrings = [new string('a', 4000), new string('é', 48)] };
        SegmentLog.Of(new HarmonyParser(Harmony, most), Ids("<|channel|>final<|message|>a"));
        HarmonyParserOptions more = most with { StopStrings = most.StopStrings.Add("x") };
        ArgumentException e = Assert.Throws<ArgumentException>(() => new HarmonyParser(Harmony, more));
        Assert.Contains("4097 bytes", e.Message, StringComparison.Ordinal);
        Assert.Contains("4096", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NewParser_ManyToolsAndStopStrings_AllocatesLittle()
    {
        var tools = ToolNamespace.Functions(
            [.. Enumerable.Range(0, 40).Select(static i => new ToolDescription($"tool_{i}", "Does something."))]);
        var options = new HarmonyParserOptions
        {
            DeclaredTools = [tools],
            StopStrings = ["one", "two", "three", new("four", null)],
        };
        _ = new HarmonyParser(Harmony, options);
        Assert.InRange(Allocation.Measure(() => _ = new HarmonyParser(Harmony, options)), 1, 3 * 1024);
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
        int bytes = 0;
        Assert.Equal(0, Allocation.Measure(() =>
        {
            parser.Reset();
            for (int at = 0; at < ids.Length; at += Math.Max(chunk, 1))
            {
                parser.Push(ids.AsSpan(at, chunk == 0 ? ids.Length : Math.Min(chunk, ids.Length - at)));
                bytes += ReadAll(parser);
                at = chunk == 0 ? ids.Length : at;
            }

            parser.Complete();
            bytes += ReadAll(parser);
        }));
        Assert.Equal("STOP", parser.MatchedStopString);
        Assert.True(bytes > ids.Length);
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
        int bytes = 0;
        while (parser.TryRead(out HarmonySegment segment))
        {
            bytes += segment.Utf8.Length + segment.Ids.Length + (segment.Channel?.Length ?? 0);
        }

        return bytes;
    }

    private static int[] Ids(string completion) =>
        Harmony.Tokenizer.Encode(completion, EncodeOptions.AllSpecial);

    private static int IdOf(byte value)
    {
        Assert.True(Harmony.Tokenizer.TryGetId([value], out int id));
        return id;
    }
}
