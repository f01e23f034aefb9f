using System.Globalization;
using System.Text.RegularExpressions;
using Harmony.Bpe;

namespace Harmony.Core.Tests.Parsing;

/// <summary>
/// What models really write, and what the parser reads from it. Completions are written as text: special tokens
/// stand for their ids, and <c>{n}</c> for the id n. A message is written as its author, its header and its
/// text; a diagnostic as its name and the position of the id at which it was noticed.
/// </summary>
public partial class HarmonyParserOddityTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    private static readonly HarmonyParserOptions WithStart = new() { Role = null };

    [GeneratedRegex(@"\{(-?\d+)\}")]
    private static partial Regex Id { get; }

    [Theory]
    [InlineData(
        "<|channel|>analysis<|message|>So.<|end|><|start|>assistant<|channel|>final<|message|>Hi<|return|>",
        "assistant analysis: So. / assistant final: Hi", "")]
    [InlineData(
        "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>",
        "assistant commentary to=functions.f <|constrain|>json: {}", "")]
    [InlineData(
        " to=functions.f<|channel|>commentary <|constrain|>json<|message|>{}<|call|>",
        "assistant commentary to=functions.f <|constrain|>json: {}", "")]
    [InlineData("<|channel|>analysis to=python code<|message|>1+1<|call|>",
        "assistant analysis to=python code: 1+1", "")]
    public void Parse_WellFormed_HasNoDiagnostics(string completion, string messages, string diagnostics) =>
        Check(completion, messages, diagnostics);

    [Theory]
    // Text between the end of a message and the next start.
    [InlineData(
        "<|channel|>final<|message|>a<|end|> so then<|start|>assistant<|channel|>final<|message|>b<|return|>",
        "assistant final: a / assistant final: b", "UnexpectedText@5")]
    [InlineData(
        "<|channel|>commentary to=functions.f<|message|>{}<|call|> waiting"
        + "<|start|>assistant<|channel|>final<|message|>b",
        "assistant commentary to=functions.f: {} / assistant final: b", "UnexpectedText@10")]
    // Redundant end tokens.
    [InlineData("<|channel|>final<|message|>a<|end|><|return|>", "assistant final: a", "RedundantEnd@5")]
    [InlineData("<|channel|>final<|message|>a<|return|><|endoftext|><|endoftext|>",
        "assistant final: a", "RedundantEnd@5 RedundantEnd@6")]
    // No start marker.
    [InlineData("<|channel|>analysis<|message|>a<|end|><|channel|>final<|message|>b<|return|>",
        "assistant analysis: a / assistant final: b", "MissingStart@5")]
    [InlineData("<|channel|>analysis<|message|>a<|end|>assistant<|channel|>final<|message|>b<|return|>",
        "assistant analysis: a / assistant final: b", "MissingStart@5")]
    [InlineData(
        "<|channel|>analysis<|message|>a<|end|>"
        + "assistant to=functions.f<|channel|>commentary<|message|>{}<|call|>",
        "assistant analysis: a / assistant commentary to=functions.f: {}", "MissingStart@5")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|message|>b<|return|>",
        "assistant analysis: a / assistant: b", "MissingStart@5 MissingChannel@5")]
    [InlineData("<|channel|>analysis<|message|>a<|end|>user<|message|>b<|end|>",
        "assistant analysis: a / user: b", "MissingStart@5")]
    public void Parse_BetweenMessages_GoesOnAtTheNextMarker(
        string completion, string messages, string diagnostics) => Check(completion, messages, diagnostics);

    [Theory]
    // The role.
    [InlineData(
        "<|start|>assistant<|channel|>final<|message|>Hi<|return|>",
        "assistant final: Hi", "RepeatedStart@0")]
    [InlineData("assistant<|channel|>final<|message|>Hi<|return|>", "assistant final: Hi", "RepeatedRole@0")]
    [InlineData(
        "assistantassistant<|channel|>final<|message|>Hi",
        "assistant final: Hi", "RepeatedRole@0 RepeatedRole@0")]
    [InlineData(
        "assistant<|start|>assistant<|channel|>final<|message|>Hi",
        "assistant final: Hi", "RepeatedStart@1")]
    [InlineData(
        "<|channel|>final<|message|>a<|end|><|start|>assistant assistant<|channel|>final<|message|>b",
        "assistant final: a / assistant final: b", "RepeatedRole@6")]
    [InlineData(
        "<|channel|>final<|message|>a<|end|><|start|><|start|>assistant<|channel|>final<|message|>b",
        "assistant final: a / assistant final: b", "RepeatedStart@6")]
    [InlineData("<|channel|>final<|message|>a<|end|><|start|><|channel|>final<|message|>b",
        "assistant final: a / assistant final: b", "MissingRole@6")]
    [InlineData(
        "<|channel|>final<|message|>a<|end|><|start|> to=functions.f<|channel|>commentary<|message|>b",
        "assistant final: a / assistant commentary to=functions.f: b", "MissingRole@6")]
    [InlineData("<|channel|>final<|message|>a<|end|><|start|>robot<|channel|>final<|message|>b",
        "assistant final: a / tool:robot final: b", "UnknownRole@6")]
    [InlineData("<|channel|>final<|message|>a<|end|><|start|>functions.f<|channel|>commentary<|message|>b",
        "assistant final: a / tool:functions.f commentary: b", "UnknownRole@6")]
    [InlineData("<|channel|>final<|message|>a<|end|><|start|>user:alice<|message|>b<|end|>",
        "assistant final: a / user:alice: b", "NamedRole@6")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistantfinal<|message|>b<|end|>",
        "assistant analysis: a / assistant final: b", "MissingChannelMarker@6")]
    // The channel.
    [InlineData(
        "<|channel|>analysis<|channel|>final<|message|>Hi",
        "assistant analysis: Hi", "RepeatedChannel@3")]
    [InlineData("<|channel|>commentary to=assistant<|channel|>commentary<|message|>Hi",
        "assistant commentary: Hi", "RepeatedChannel@7 RecipientIsAuthor@0")]
    [InlineData("<|channel|>commentary to=assistant<|channel|>commentary to=functions.f<|message|>{}",
        "assistant commentary to=functions.f: {}", "RepeatedChannel@7 RepeatedRecipient@7")]
    [InlineData(
        "<|channel|>x<|channel|>final<|message|>Hi",
        "assistant final: Hi", "UnknownChannel@1 RepeatedChannel@3")]
    [InlineData("<|channel|><|message|>Hi", "assistant: Hi", "EmptyChannel@1 MissingChannel@0")]
    [InlineData("<|channel|> to=functions.f<|message|>Hi",
        "assistant to=functions.f: Hi", "RepairedChannel@1 EmptyChannel@1 MissingChannel@0")]
    [InlineData("<|channel|> final<|message|>Hi", "assistant final: Hi", "RepairedChannel@1")]
    [InlineData("<|channel|>commentary?<|message|>Hi", "assistant commentary: Hi", "RepairedChannel@1")]
    [InlineData("<|channel|>––commentary<|message|>Hi", "assistant commentary: Hi", "RepairedChannel@1")]
    [InlineData("<|channel|>Final<|message|>Hi", "assistant final: Hi", "RepairedChannel@1")]
    [InlineData(" to=functions.f<|channel|>final< json<|message|>Hi",
        "assistant final to=functions.f: Hi", "RepairedChannel@5 UnexpectedWords@5")]
    [InlineData("<|channel|>commentaryto=functions.f<|message|>{}",
        "assistant commentary to=functions.f: {}", "RepairedChannel@1")]
    [InlineData("<|channel|>thoughts<|message|>Hi", "assistant thoughts: Hi", "UnknownChannel@1")]
    [InlineData("analysis<|message|>Hi", "assistant analysis: Hi", "MissingChannelMarker@0")]
    [InlineData("commentary to=functions.f<|message|>{}",
        "assistant commentary to=functions.f: {}", "MissingChannelMarker@0")]
    [InlineData("<|message|>Hi<|return|>", "assistant: Hi", "MissingChannel@0")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|message|>b<|end|>",
        "assistant analysis: a / assistant: b", "MissingChannel@6")]
    // The recipient.
    [InlineData(" to=functions.f<|channel|>commentary to=functions.f<|message|>{}",
        "assistant commentary to=functions.f: {}", "RepeatedRecipient@5")]
    [InlineData(" to=functions.f<|channel|>commentary to=functions.g<|message|>{}",
        "assistant commentary to=functions.f: {}", "RepeatedRecipient@5")]
    [InlineData("<|channel|>commentary functions.f<|message|>{}",
        "assistant commentary to=functions.f: {}", "BareRecipient@1")]
    [InlineData("<|channel|>commentary to= functions.f<|message|>{}",
        "assistant commentary to=functions.f: {}", "EmptyRecipient@1")]
    [InlineData("<|channel|>commentary to=<|message|>{}", "assistant commentary: {}", "EmptyRecipient@1")]
    // The content type.
    [InlineData("<|channel|>final <|constrain|>json<|message|>{}",
        "assistant final <|constrain|>json: {}", "ContentTypeWithoutRecipient@0")]
    [InlineData("<|channel|>commentary to=functions.f <|constrain|> json<|message|>{}",
        "assistant commentary to=functions.f <|constrain|>json: {}", "SpaceAfterConstrain@9")]
    [InlineData("<|channel|>commentary to=functions.f <|constrain|>json<|constrain|>xml<|message|>{}",
        "assistant commentary to=functions.f <|constrain|>json: {}", "RepeatedContentType@11")]
    [InlineData("<|channel|>final json<|message|>{}",
        "assistant final json: {}", "ContentTypeWithoutRecipient@0")]
    // Everything else.
    [InlineData(
        "<|channel|>final<|reserved_200013|><|message|>Hi",
        "assistant final: Hi", "UnexpectedSpecialToken@2")]
    [InlineData(
        "<|channel|>final{201089}{-7}<|message|>Hi",
        "assistant final: Hi", "UnknownId@2 UnknownId@3")]
    public void Parse_OddHeader_IsReadAsItWasMeant(string completion, string messages, string diagnostics) =>
        Check(completion, messages, diagnostics);

    [Theory]
    // No message marker: what does not look like a header is text.
    [InlineData(
        "<|channel|>final Hello, world!<|return|>",
        "assistant final: Hello, world!", "EndInHeader@6")]
    [InlineData("<|channel|>finalHello<|return|>", "assistant final: Hello", "EndInHeader@3")]
    [InlineData("<|channel|>commentary to=functions.f <|constrain|>json{\"a\": 1}<|call|>",
        "assistant commentary to=functions.f <|constrain|>json: {\"a\": 1}", "EndInHeader@16")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant Hello<|end|>",
        "assistant analysis: a / assistant: Hello", "EndInHeader@8")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>Hello<|end|>",
        "assistant analysis: a / assistant: Hello", "EndInHeader@7 MissingRole@6")]
    // Neither message marker nor text.
    [InlineData("<|return|>", "", "EndInHeader@0")]
    [InlineData("<|channel|>commentary to=functions.f<|call|>",
        "assistant commentary to=functions.f: ", "EndInHeader@7")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|return|>",
        "assistant analysis: a", "EndInHeader@7")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|endoftext|>",
        "assistant analysis: a", "EndInHeader@7")]
    // The end of the stream.
    [InlineData("", "", "HeaderCutOff@0")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>", "assistant analysis: a", "HeaderCutOff@6")]
    [InlineData(
        "<|channel|>analysis<|message|>a<|end|><|start|>assi",
        "assistant analysis: a", "HeaderCutOff@7")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>",
        "assistant analysis: a", "HeaderCutOff@8")]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>fin",
        "assistant analysis: a", "HeaderCutOff@9")]
    // A start marker.
    [InlineData(
        "<|channel|>analysis<|start|>assistant<|channel|>final<|message|>b",
        "assistant final: b", "StartInHeader@2")]
    public void Parse_HeaderWithoutItsEnd_IsAHeaderOrText(
        string completion, string messages, string diagnostics) => Check(completion, messages, diagnostics);

    [Theory]
    [InlineData("<|channel|>analysis<|message|>a<|start|>assistant<|channel|>final<|message|>b<|return|>",
        "assistant analysis: a / assistant final: b", "MissingEnd@4")]
    [InlineData("<|channel|>analysis<|message|>a<|channel|>final<|message|>b<|return|>",
        "assistant analysis: a / assistant final: b", "MissingEnd@4 MissingStart@4")]
    [InlineData("<|channel|>final<|message|>a<|endoftext|>", "assistant final: a", "EndOfText@4")]
    [InlineData("<|channel|>final<|message|>a<|message|>b<|constrain|>c<|return|>",
        "assistant final: abc", "UnexpectedSpecialToken@4 UnexpectedSpecialToken@6")]
    [InlineData("<|channel|>final<|message|>a<|reserved_200013|>b<|startoftext|>",
        "assistant final: a<|reserved_200013|>b<|startoftext|>",
        "UnexpectedSpecialToken@4 UnexpectedSpecialToken@6")]
    [InlineData("<|channel|>final<|message|>a{201089}b{2147483647}{-1}c<|return|>",
        "assistant final: a\uFFFDb\uFFFD\uFFFDc", "UnknownId@4 UnknownId@6 UnknownId@7")]
    public void Parse_SpecialOrUnknownIdInContent_LosesNothing(
        string completion, string messages, string diagnostics) => Check(completion, messages, diagnostics);

    [Fact]
    public void Parse_BytesThatAreNotUtf8_AreReplaced()
    {
        int[] header = Ids("<|channel|>final<|message|>");
        CheckIds(
            [.. header, .. Bytes([0xE4, (byte)'X', (byte)'Y'])], "assistant final: \uFFFDXY", "InvalidUtf8@4");
        CheckIds([.. header, .. Bytes([0xF0, 0x9F, 0x98])], "assistant final: \uFFFD", "InvalidUtf8@6");
        CheckIds([.. header, .. Bytes([0xF0, 0x9F]), 200_007], "assistant final: \uFFFD", "InvalidUtf8@5");
        CheckIds(
            [.. header, .. Bytes([0xF0, 0x9F]), 200_008, .. Bytes([0x98, 0x8A])],
            "assistant final: \uFFFD\uFFFD\uFFFD",
            "InvalidUtf8@5 UnexpectedSpecialToken@5 InvalidUtf8@6 InvalidUtf8@7");
        CheckIds(
            [.. header[..2], .. Bytes([0xFF]), .. header[2..], 64], "assistant final: a",
            "InvalidUtf8@1 RepairedChannel@1");
        CheckIds([.. header, .. Bytes([0xF0, 0x9F, 0x98, 0x8A])], "assistant final: 😊", "");
    }

    [Fact]
    public void Parse_TextThatSpellsMarkers_IsText()
    {
        int[] header = Ids("<|channel|>final<|message|>");
        int[] spelled = Harmony.Tokenizer.Encode(
            "<|end|><|start|>assistant<|channel|>analysis<|message|>", EncodeOptions.Ordinary);
        CheckIds(
            [.. header, .. spelled, 200_002],
            "assistant final: <|end|><|start|>assistant<|channel|>analysis<|message|>", "");
        int[] inHeader = Harmony.Tokenizer.Encode(" <|channel|>analysis", EncodeOptions.Ordinary);
        CheckIds(
            [.. header[..2], .. inHeader, .. header[2..], 64],
            "assistant final: a", "SpelledMarker@1 UnexpectedWords@1");
        int[] alone = Harmony.Tokenizer.Encode("<|channel|>analysis<|message|>a", EncodeOptions.Ordinary);
        CheckIds(
            alone,
            "assistant: <|channel|>analysis<|message|>a",
            "MissingHeader@0 SpelledMarker@0");
    }

    [Fact]
    public void Parse_EndlessHeader_BecomesContent()
    {
        int[] words = [.. Enumerable.Repeat(Harmony.Encode(" word")[0], 1000)];
        string text = string.Concat(Enumerable.Repeat(" word", 1000));
        CheckIds(words, $"assistant: {text[1..]}", "MissingHeader@0");
        CheckIds(
            [.. Ids("<|channel|>final"), .. words, 200_002],
            $"assistant final: {text[1..]}",
            "HeaderTooLong@128");
        CheckIds(
            [
                .. Ids("<|channel|>final<|message|>a<|return|>"), .. words,
                .. Ids("<|start|>assistant<|channel|>final<|message|>b"),
            ],
            "assistant final: a / assistant final: b", "UnexpectedText@5");
        CheckIds(
            [
                .. Ids("<|channel|>final<|message|>a<|return|>"), .. words,
                .. Ids("<|channel|>final<|message|>b"),
            ],
            "assistant final: a / assistant final: b", "UnexpectedText@5 MissingStart@1005");
        CheckIds(
            [
                .. Ids("<|channel|>final<|message|>a<|return|>"), .. words[..128],
                .. Ids("<|channel|>final<|message|>b<|return|> c"),
            ],
            "assistant final: a / assistant final: b", "UnexpectedText@5 MissingStart@133 UnexpectedText@138");
        CheckIds(
            [.. Ids("<|channel|>final<|message|>a<|end|>"), .. words, 200_002],
            $"assistant final: a / assistant: {text[1..]}", "MissingHeader@5");
        int[] marker = [.. Enumerable.Repeat(200_005, 300)];
        CheckIds(
            [.. marker, .. Ids("final<|message|>a")],
            "assistant:  / assistant:  / assistant final: a",
            $"HeaderTooLong@128 {EmptyChannels(1, 128)} MissingEnd@128 MissingStart@128 "
            + $"HeaderTooLong@256 {EmptyChannels(129, 256)} MissingEnd@256 MissingStart@256 {EmptyChannels(257, 299)}");
    }

    private static string EmptyChannels(int first, int last) => string.Join(
        ' ', Enumerable.Range(first, last - first + 1).Select(static at => $"EmptyChannel@{at}"));

    [Fact]
    public void Parse_NoRoleGiven_ExpectsAStartMarker()
    {
        Check(
            "<|start|>user<|message|>a<|end|>"
            + "<|start|>functions.f to=assistant<|channel|>commentary<|message|>b<|end|>",
            "user: a / tool:functions.f commentary to=assistant: b", "", WithStart);
        Check("<|channel|>final<|message|>a", "assistant final: a", "MissingStart@0", WithStart);
        Check("a<|return|>", "assistant: a", "MissingHeader@0", WithStart);
        Check("", "", "", WithStart);
        Check("<|message|>a", "user: a", "", new HarmonyParserOptions { Role = Role.User });
    }

    private static void Check(
        string completion, string messages, string? diagnostics, HarmonyParserOptions? options = null) =>
        CheckIds(Ids(completion), messages, diagnostics, options);

    private static void CheckIds(
        int[] ids, string messages, string? diagnostics, HarmonyParserOptions? options = null)
    {
        foreach (int chunk in (int[])[0, 1, 3])
        {
            var parser = new HarmonyParser(Harmony, options);
            var log = SegmentLog.Of(parser, ids, chunk);
            Assert.Equal(messages, string.Join(" / ", parser.Messages.Select(Show)));
            Assert.Equal(diagnostics ?? Show(log), Show(log));
            Assert.Equal(ids, log.Segments.SelectMany(static segment => segment.Ids));
            Assert.Equal(parser.Messages.Select(static message => message.Text), log.Texts);
        }
    }

    private static string Show(SegmentLog log) => string.Join(' ', log.Segments
        .Where(static segment => segment.Kind == HarmonySegmentKind.Diagnostic)
        .Select(static segment => $"{segment.Diagnostic}@{segment.IdIndex}"));

    private static string Show(Message message)
    {
        string name = message.Author.Name is string given ? $":{given}" : "";
        string channel = message.Channel is string on ? $" {on}" : "";
        string recipient = message.Recipient is string to ? $" to={to}" : "";
        string type = message.ContentType is string spelled ? $" {spelled}" : "";
        return $"{message.Role.ToWord()}{name}{channel}{recipient}{type}: {message.Text}";
    }

    private static int[] Ids(string completion) =>
    [
        .. Id.Split(completion).SelectMany(static (part, i) => i % 2 == 1
            ? [int.Parse(part, CultureInfo.InvariantCulture)]
            : Harmony.Tokenizer.Encode(part, EncodeOptions.AllSpecial)),
    ];

    private static int[] Bytes(ReadOnlySpan<byte> values)
    {
        var ids = new List<int>();
        foreach (byte value in values)
        {
            Assert.True(Harmony.Tokenizer.TryGetId([value], out int id));
            ids.Add(id);
        }

        return [.. ids];
    }
}
