using Harmony.Bpe;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Text outside of any message, and words before a marker.</summary>
public partial class HarmonyParserOddityTests
{
    private static readonly ToolNamespaceCollection Tools =
    [
        ToolNamespace.Functions(
            new ToolDescription("get_weather", ""), new ToolDescription("python", ""),
            new ToolDescription("bash", ""), new ToolDescription("json", "")),
        ToolNamespace.Browser,
    ];

    private static readonly HarmonyParserOptions WithTools = new() { DeclaredTools = Tools };

    private static readonly HarmonyParserOptions Skipping = new() { SkipStrayText = true };

    [Theory]
    // At the beginning of the turn, before an end token or the end of the stream.
    [InlineData("Hello, world!<|return|>", "assistant: Hello, world!", "MissingHeader@0")]
    [InlineData("Hello, world!<|end|>", "assistant: Hello, world!", "MissingHeader@0")]
    [InlineData("Hello, world!<|endoftext|>", "assistant: Hello, world!", "MissingHeader@0 EndOfText@4")]
    [InlineData(" Hello", "assistant: Hello", "MissingHeader@0")]
    [InlineData("assistant roles are words<|return|>", "assistant: assistant roles are words", "MissingHeader@0")]
    [InlineData("final results<|return|>", "assistant: final results", "MissingHeader@0")]
    // After <|end|>.
    [InlineData(
        "<|channel|>analysis<|message|>r<|end|>{\"country\":\"France\"}<|return|>",
        "assistant analysis: r / assistant: {\"country\":\"France\"}", "MissingHeader@5")]
    [InlineData("<|channel|>final<|message|>a<|end|> bye", "assistant final: a / assistant: bye", "MissingHeader@5")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|end|> x<|return|>",
        "assistant analysis: a / assistant: x", "RedundantEnd@5 MissingHeader@6")]
    // Before another message, or after the end of the turn.
    [InlineData("Hello<|start|>assistant<|channel|>final<|message|>b", "assistant final: b", "UnexpectedText@0")]
    [InlineData("<|channel|>final<|message|>a<|return|> bye", "assistant final: a", "UnexpectedText@5")]
    [InlineData("<|channel|>final<|message|>a<|return|> x<|return|>",
        "assistant final: a", "UnexpectedText@5 RedundantEnd@6")]
    [InlineData("<|channel|>commentary to=functions.f<|message|>{}<|call|> waiting<|end|>",
        "assistant commentary to=functions.f: {}", "UnexpectedText@10 RedundantEnd@11")]
    [InlineData("<|channel|>final<|message|>a<|endoftext|> x<|endoftext|>",
        "assistant final: a", "EndOfText@4 UnexpectedText@5 RedundantEnd@6")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|return|> x",
        "assistant analysis: a", "RedundantEnd@5 UnexpectedText@6")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|return|> x",
        "assistant analysis: a", "EndInHeader@7 UnexpectedText@8")]
    // White space is not an answer.
    [InlineData("<|channel|>final<|message|>a<|end|>\n<|return|>",
        "assistant final: a", "UnexpectedText@5 RedundantEnd@6")]
    public void Parse_TextWithoutAHeader_IsAnAnswerOrSkipped(
        string completion, string messages, string diagnostics) => Check(completion, messages, diagnostics);

    [Theory]
    [InlineData("Hello, world!<|return|>", "", "UnexpectedText@0 RedundantEnd@4")]
    [InlineData("Hello, world!", "", "UnexpectedText@0")]
    [InlineData("<|channel|>analysis<|message|>a<|end|> so<|return|>",
        "assistant analysis: a", "UnexpectedText@5 RedundantEnd@6")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant Hello<|end|>",
        "assistant analysis: a / assistant: Hello", "EndInHeader@8")]
    public void Parse_SkipStrayText_GivesNoMessage(string completion, string messages, string diagnostics) =>
        Check(completion, messages, diagnostics, Skipping);

    [Fact]
    public void Parse_SkipLongStrayText_ReportsItOnce()
    {
        int[] words = [.. Enumerable.Repeat(Harmony.Encode(" word")[0], 1000)];
        CheckIds([.. words, 200_002], "", "UnexpectedText@0 RedundantEnd@1000", Skipping);
        var parser = new HarmonyParser(Harmony, Skipping);
        SegmentLog log = SegmentLog.Of(parser, words);
        Assert.Equal(Harmony.Decode(words), string.Concat(log.Segments.Select(static one => one.Text)));
    }

    [Theory]
    [InlineData("I use python here.<|channel|>final<|message|>Hello<|return|>",
        "assistant final: Hello", "UnexpectedText@0")]
    [InlineData("Hello there<|channel|>final<|message|>Hi", "assistant final: Hi", "UnexpectedText@0")]
    [InlineData("Hello<|channel|>final<|message|>Hi", "assistant final: Hi", "UnexpectedText@0")]
    [InlineData("Sure.<|message|>Hi", "assistant: Hi", "UnexpectedText@0 MissingChannel@2")]
    [InlineData("I see.<|channel|>final Hi<|return|>", "assistant final: Hi", "UnexpectedText@0 EndInHeader@6")]
    // The header begins with the role, or with a recipient.
    [InlineData("Let me see. assistant<|channel|>final<|message|>Hi",
        "assistant final: Hi", "UnexpectedText@0 RepeatedRole@4")]
    [InlineData("Let me see. to=functions.f<|channel|>commentary<|message|>{}<|call|>",
        "assistant commentary to=functions.f: {}", "UnexpectedText@0")]
    [InlineData("Sure.\n\n to=functions.f<|channel|>commentary<|message|>{}<|call|>",
        "assistant commentary to=functions.f: {}", "UnexpectedText@0")]
    [InlineData("I call to=functions.f code<|channel|>commentary<|message|>{}<|call|>",
        "assistant commentary to=functions.f code: {}", "UnexpectedText@0")]
    [InlineData("I call to=functions.f now and here<|channel|>commentary<|message|>{}<|call|>",
        "assistant commentary to=functions.f: {}", "UnexpectedText@0 UnexpectedWords@2")]
    [InlineData("I call to=get_time<|channel|>commentary<|message|>{}<|call|>",
        "assistant commentary to=get_time: {}", "UnexpectedText@0")]
    [InlineData("I set to=5 and go on<|channel|>final<|message|>Hi", "assistant final: Hi", "UnexpectedText@0")]
    // Between messages, and after a start marker.
    [InlineData("<|channel|>analysis<|message|>a<|end|>So I use python<|channel|>final<|message|>Hi<|return|>",
        "assistant analysis: a / assistant final: Hi", "UnexpectedText@5 MissingStart@9")]
    [InlineData("<|channel|>analysis<|message|>a<|end|>So: assistant<|channel|>final<|message|>Hi<|return|>",
        "assistant analysis: a / assistant final: Hi", "UnexpectedText@5 MissingStart@7")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant I use python<|channel|>final<|message|>Hi",
        "assistant analysis: a / assistant final: Hi", "UnexpectedText@5 MissingStart@10")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>I use python.<|channel|>final<|message|>Hi",
        "assistant analysis: a / assistant final: Hi", "UnexpectedText@5 MissingStart@10")]
    // Another author's header is read as it is.
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>user I use python<|channel|>final<|message|>Hi",
        "assistant analysis: a / user final: Hi", "UnexpectedWords@6")]
    public void Parse_WordsBeforeAMarker_EndWhereTheHeaderBegins(
        string completion, string messages, string diagnostics) => Check(completion, messages, diagnostics);

    [Fact]
    public void Parse_WordsBeforeAMarker_AreASegmentWithTheirText()
    {
        SegmentLog log = SegmentLog.Of(
            new HarmonyParser(Harmony), Ids("I use python here.<|channel|>final<|message|>Hello<|return|>"));
        Assert.Equal(
            (HarmonySegmentKind.Skipped, "I use python here.", 5, MessageDestination.Unknown),
            (log.Segments[1].Kind, log.Segments[1].Text, log.Segments[1].Ids.Count, log.Segments[1].Destination));
        Assert.All(log.Segments.Skip(2), static one => Assert.Equal(MessageDestination.User, one.Destination));
    }

    [Theory]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>fin",
        "<|start|>assistant<|channel|>fin")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assi", "<|start|>assi")]
    [InlineData(" to=functions.f<|channel|>commentary", " to=functions.f<|channel|>commentary")]
    [InlineData("<|channel|>final<|message|>a<|return|> bye", " bye")]
    [InlineData("<|channel|>final<|message|>a<|return|> b{201089}c", " b\uFFFDc")]
    [InlineData("<|channel|>analysis<|start|>assistant<|channel|>final<|message|>b", "<|channel|>analysis")]
    [InlineData("<|channel|>final<|message|>a<|return|><|return|>", "")]
    public void Parse_SkippedIds_AreASegmentWithTheirText(string completion, string text)
    {
        SegmentLog log = SegmentLog.Of(new HarmonyParser(Harmony), Ids(completion));
        Assert.Equal(text, log.Segments.Single(static one => one.Kind == HarmonySegmentKind.Skipped).Text);
    }

    [Theory]
    // An explicit recipient decides.
    [InlineData("<|channel|>commentary I will call python now to=functions.edit<|message|>{}<|call|>",
        "assistant commentary to=functions.edit: {}", "UnexpectedWords@1")]
    [InlineData("<|channel|>commentary python to=functions.edit<|message|>{}<|call|>",
        "assistant commentary to=functions.edit: {}", "RepeatedRecipient@1")]
    [InlineData("<|channel|>commentary to=functions.edit python<|message|>{}<|call|>",
        "assistant commentary to=functions.edit: {}", "RepeatedRecipient@1")]
    [InlineData("<|channel|>commentary json to=functions.edit<|message|>{}<|call|>",
        "assistant commentary to=functions.edit json: {}", "UnexpectedWords@1")]
    [InlineData("<|channel|>commentary to=python code<|message|>1<|call|>",
        "assistant commentary to=python code: 1", "")]
    // Several words are not a recipient.
    [InlineData("<|channel|>commentary I use python<|message|>Hi<|end|>",
        "assistant commentary: Hi", "UnexpectedWords@1")]
    [InlineData("<|channel|>commentary python now<|message|>Hi<|end|>",
        "assistant commentary: Hi", "UnexpectedWords@1")]
    // Nor is a single word on the channel of the answer.
    [InlineData("<|channel|>final python<|message|>Hi<|return|>", "assistant final: Hi", "UnexpectedWords@1")]
    [InlineData("python<|channel|>final<|message|>Hi<|return|>", "assistant final: Hi", "UnexpectedWords@0")]
    [InlineData("<|channel|>final functions.f<|message|>Hi<|return|>", "assistant final: Hi", "UnexpectedWords@1")]
    // A single word is, also before a content type.
    [InlineData("<|channel|>commentary functions.f <|constrain|>json<|message|>{}<|call|>",
        "assistant commentary to=functions.f <|constrain|>json: {}", "BareRecipient@1")]
    [InlineData("<|channel|>commentary functions.f json<|message|>{}<|call|>",
        "assistant commentary to=functions.f json: {}", "BareRecipient@1")]
    [InlineData("functions.f<|channel|>commentary<|message|>{}<|call|>",
        "assistant commentary to=functions.f: {}", "BareRecipient@0")]
    [InlineData("<|channel|>commentary get_time<|message|>{}<|call|>",
        "assistant commentary to=get_time: {}", "BareRecipient@1")]
    [InlineData("<|channel|>commentary to= get_time<|message|>{}<|call|>",
        "assistant commentary to=get_time: {}", "EmptyRecipient@1")]
    [InlineData("<|channel|>commentary to= json then<|message|>Hi<|end|>",
        "assistant commentary: Hi", "EmptyRecipient@1 UnexpectedWords@1")]
    public void Parse_WordsWithoutAMark_AreARecipientOnlyIfNothingElseIs(
        string completion, string messages, string diagnostics) => Check(completion, messages, diagnostics);

    [Theory]
    [InlineData("<|channel|>commentary get_weather<|message|>{}<|call|>",
        "assistant commentary to=get_weather: {}", "BareRecipient@1")]
    [InlineData(" to=get_weather<|channel|>commentary json<|message|>{}<|call|>",
        "assistant commentary to=get_weather json: {}", "")]
    [InlineData("<|channel|>commentary to=get_weather json<|message|>{}<|call|>",
        "assistant commentary to=get_weather json: {}", "")]
    [InlineData("<|channel|>commentary thoughts<|message|>Hi<|end|>",
        "assistant commentary thoughts: Hi", "ContentTypeWithoutRecipient@0")]
    // A declared tool in the role's place is called, unless there is a recipient: then it is the author.
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>bash<|channel|>commentary<|message|>{}<|call|>",
        "assistant analysis: a / assistant commentary to=bash: {}", "MissingRole@6 BareRecipient@6")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>functions.bash<|channel|>commentary<|message|>{}",
        "assistant analysis: a / assistant commentary to=functions.bash: {}", "MissingRole@6 BareRecipient@6")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>bash json<|channel|>commentary<|message|>{}<|call|>",
        "assistant analysis: a / assistant commentary to=bash json: {}", "MissingRole@6 BareRecipient@6")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>bash {\"a\":1}<|call|>",
        "assistant analysis: a / assistant to=bash: {\"a\":1}", "EndInHeader@12 MissingRole@6 BareRecipient@6")]
    [InlineData(
        "<|channel|>analysis<|message|>a<|end|><|start|>bash to=assistant<|channel|>commentary<|message|>{}<|end|>",
        "assistant analysis: a / tool:bash commentary to=assistant: {}", "")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>bash<|channel|>final<|message|>Hi<|end|>",
        "assistant analysis: a / tool:bash final: Hi", "UnknownRole@6")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>robot<|channel|>commentary<|message|>{}",
        "assistant analysis: a / tool:robot commentary: {}", "UnknownRole@6")]
    public void Parse_ToolsDeclared_AreKnownByTheirNamesAlone(
        string completion, string messages, string diagnostics) =>
        Check(completion, messages, diagnostics, WithTools);

    [Theory]
    [InlineData(" to=functions.f\u202Fjson<|channel|>commentary<|message|>{}",
        "assistant commentary to=functions.f json: {}", "UnusualSpace@0")]
    [InlineData("<|channel|>commentary to=functions.f\u00A0<|constrain|>json<|message|>{}",
        "assistant commentary to=functions.f <|constrain|>json: {}", "UnusualSpace@1")]
    [InlineData(" to=functions.f\u00A0<|channel|>commentary\u00A0<|message|>{}",
        "assistant commentary to=functions.f: {}", "UnusualSpace@0")]
    [InlineData("<|channel|>commentary\u2009to=functions.f<|message|>{}",
        "assistant commentary to=functions.f: {}", "UnusualSpace@1")]
    [InlineData("<|channel|>commentary to=functions.f\u200B<|message|>{}",
        "assistant commentary to=functions.f: {}", "UnusualSpace@1")]
    [InlineData("<|channel|>commentary\vto=functions.f\u3000json<|message|>{}",
        "assistant commentary to=functions.f json: {}", "UnusualSpace@1")]
    [InlineData("<|channel|>commentary<|message|>a\u202Fb\u200B<|end|>", "assistant commentary: a\u202Fb\u200B", "")]
    public void Parse_UnusualSpaceInAHeader_SeparatesWords(
        string completion, string messages, string diagnostics) => Check(completion, messages, diagnostics);

    [Theory]
    [InlineData("assistantfinal The answer<|return|>",
        "assistant final: The answer", "EndInHeader@4 RepeatedRole@0 MissingChannelMarker@0")]
    [InlineData("assistant final The answer<|return|>",
        "assistant final: The answer", "EndInHeader@4 RepeatedRole@0 MissingChannelMarker@0")]
    [InlineData("assistantassistant to=functions.f {}<|call|>",
        "assistant to=functions.f: {}", "EndInHeader@7 RepeatedRole@0 RepeatedRole@0")]
    [InlineData("assistantfinalize this<|return|>", "assistant: assistantfinalize this", "MissingHeader@0")]
    [InlineData("assistant<|return|>", "", "EndInHeader@1")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistantfinal The answer<|return|>",
        "assistant analysis: a / assistant final: The answer", "EndInHeader@10 MissingChannelMarker@6")]
    [InlineData("<|channel|>analysis<|message|>a<|end|>assistantfinal The answer<|return|>",
        "assistant analysis: a / assistant final: The answer", "EndInHeader@9 RepeatedRole@5 MissingChannelMarker@5")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistantto=functions.f<|channel|>commentary<|message|>{}",
        "assistant analysis: a / assistant commentary to=functions.f: {}", "MissingSpace@6")]
    public void Parse_WordsOfAHeaderInOne_AreAllReadOrNone(
        string completion, string messages, string diagnostics) => Check(completion, messages, diagnostics);

    [Theory]
    [InlineData("<|channel|>analysis", "So.<|end|><|start|>assistant<|channel|>final<|message|>The answer.", true)]
    [InlineData("<|channel|>analysis", "So.<|channel|>final<|message|>Hi<|channel|>final<|message|>", true)]
    [InlineData("<|channel|>analysis", "The marker <|channel|> and a final word.", false)]
    [InlineData("<|channel|>final", "Write <|channel|>final<|message|> first.", false)]
    [InlineData("<|channel|>analysis to=python", "print('<|channel|>final')", false)]
    public void Parse_AnswerSpelledInAThought_IsReportedOnce(string header, string text, bool isReported)
    {
        int[] ids = [.. Ids(header), 200_008, .. Harmony.Tokenizer.Encode(text, EncodeOptions.Ordinary), 200_007];
        foreach (bool collects in (bool[])[true, false])
        {
            foreach (int chunk in (int[])[0, 1, 3])
            {
                var parser = new HarmonyParser(Harmony, new HarmonyParserOptions { CollectMessages = collects });
                SegmentLog log = SegmentLog.Of(parser, ids, chunk);
                Assert.Equal(isReported ? [HarmonyDiagnostic.SpelledMarker] : [], log.Diagnostics);
                Assert.Equal([text], log.Texts);
            }
        }
    }

    [Fact]
    public void Parse_MarkerSpelledAcrossTwoThoughts_IsNotReported()
    {
        int[] header = Ids("<|channel|>analysis<|message|>");
        int[] ids =
        [
            .. header, .. Harmony.Tokenizer.Encode("<|chan", EncodeOptions.Ordinary),
            .. Ids("<|end|><|start|>assistant"), .. header,
            .. Harmony.Tokenizer.Encode("nel|>final", EncodeOptions.Ordinary), 200_007,
        ];
        CheckIds(ids, "assistant analysis: <|chan / assistant analysis: nel|>final", "");
    }
}
