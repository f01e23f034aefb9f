using System.Text;

namespace Harmony.Core.Tests.Parsing;

public class StreamableParserTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    [InlineData(20000)]
    public void Process_BenchCompletion_GivesTheReferencesMessages(int size)
    {
        int[] ids = BenchInputs.ReadCompletion(size, out ValueList<Message> expected);
        Assert.Equal(expected, Harmony.ParseMessages(ids, Role.Assistant));
        var parser = new StreamableParser(Harmony, Role.Assistant);
        var delivered = new StringBuilder();
        foreach (int id in ids)
        {
            parser.Process(id);
            delivered.Append(parser.LastContentDelta);
        }

        Assert.Equal(expected, parser.Messages);
        Assert.Equal(ids, parser.Ids.ToArray());

        // A character that the end of a message cuts off is in its text but in no delta.
        Assert.Equal(
            string.Concat(expected.Select(static message => message.Text.TrimEnd('\uFFFD'))),
            delivered.ToString());
    }

    [Fact]
    public void Process_WarmParser_AllocatesOnlyTheMessages()
    {
        int[] ids = BenchInputs.ReadCompletion(20000, out ValueList<Message> messages);
        int[] content = ids[..ids.AsSpan().LastIndexOfAny(200_002, 200_007, 200_012)];
        var parser = new StreamableParser(Harmony, Role.Assistant);
        long allocated = Allocation.Measure(() =>
        {
            parser.Reset(Role.Assistant);
            foreach (int id in content)
            {
                parser.Process(id);
                _ = parser.CurrentContentUtf8.Length;
            }
        });

        // The last message is not complete: its ids allocate nothing.
        int strings = messages.AsSpan()[..^1].ToArray().Sum(static message => 2 * message.Text.Length + 1000);
        int sampledIds = content.AsSpan().LastIndexOfAny(200_002, 200_007, 200_012) + 1;
        Assert.InRange(allocated, 0, strings + (sampledIds * sizeof(int)));
    }

    [Fact]
    public void Process_LongMessageOnWarmParser_AllocatesNothing()
    {
        int[] word = Harmony.Encode(" word ü😊");
        int[] header = [200_005, .. Harmony.Encode("final"), 200_008];
        var parser = new StreamableParser(Harmony, Role.Assistant);
        Assert.Equal(0, Allocation.Measure(() =>
        {
            parser.Reset(Role.Assistant);
            parser.Process(header);
            for (int i = 0; i < 10_000; i++)
            {
                parser.Process(word);
            }
        }));
        Assert.Equal(string.Concat(Enumerable.Repeat(" word ü😊", 10_000)), parser.CurrentContent);
    }

    [Fact]
    public void LastContentDelta_SplitCharacter_ComesWhenItIsComplete()
    {
        int[] bytes = [.. "😊"u8.ToArray().Select(IdOfByte)];
        var parser = InContent();
        foreach (int id in bytes[..^1])
        {
            parser.Process(id);
            Assert.Null(parser.LastContentDelta);
            Assert.Equal(string.Empty, parser.CurrentContent);
        }

        parser.Process(bytes[^1]);
        Assert.Equal("😊", parser.LastContentDelta);
        Assert.Equal("😊", parser.CurrentContent);
    }

    [Fact]
    public void LastContentDelta_AfterAMalformedSequence_LagsByOneIdAsInTheReference()
    {
        var parser = InContent();
        var deltas = new List<string?>();
        foreach (byte value in new byte[] { 0xE4, (byte)'X', (byte)'Y' })
        {
            parser.Process(IdOfByte(value));
            deltas.Add(parser.LastContentDelta);
        }

        Assert.Equal([null, "\uFFFD", "XY"], deltas);
        parser.Process(IdOfByte(0xF0));
        parser.ProcessEnd();
        Assert.Null(parser.LastContentDelta);
        Assert.Equal("\uFFFDXY\uFFFD", parser.Messages[0].Text);
    }

    [Fact]
    public void Process_UnknownId_TurnsTheRestIntoOneReplacementCharacter()
    {
        var parser = InContent();
        parser.Process(Harmony.Encode("before"));
        parser.Process([IdOfByte(0xE4), 201_089]);
        parser.Process(Harmony.Encode(" after"));
        Assert.Null(parser.LastContentDelta);
        Assert.Equal("before", parser.CurrentContent);
        parser.Process(200_007);
        Assert.Equal("before\uFFFD\uFFFD", parser.Messages[0].Text);
    }

    [Fact]
    public void Process_ManyMalformedSequences_StaysLinear()
    {
        // Each id has one malformed sequence, and more bytes that wait for the next id.
        byte[][] tokens = [.. Enumerable.Range(0, 200_000).Select(static id => BytesOf(id))];
        int bad = Array.FindIndex(
            tokens, static utf8 => utf8.Length >= 4 && !IsUtf8(utf8) && !IsUtf8(utf8[1..]));
        var parser = InContent();
        for (int i = 0; i < 200_000; i++)
        {
            parser.Process(bad);
        }

        parser.ProcessEnd();
        byte[] all = [.. Enumerable.Repeat(tokens[bad], 200_000).SelectMany(static utf8 => utf8)];
        Assert.Equal(Encoding.UTF8.GetString(all), parser.Messages[0].Text);
    }

    [Fact]
    public void Process_Error_TellsWhere()
    {
        var parser = new StreamableParser(Harmony, Role.Assistant);
        parser.Process([200_008, 200_007]);
        var e = Assert.Throws<HarmonyParseException>(() => parser.Process(200_008));
        Assert.Equal((2, 1, "200008", "200006"), (e.IdIndex, e.MessageIndex, e.Value, e.Expected));
        Assert.Equal(ParserState.ExpectStart, parser.State);
        parser.Process(200_006);
        e = Assert.Throws<HarmonyParseException>(parser.ProcessEnd);
        Assert.Equal((4, 1), (e.IdIndex, e.MessageIndex));
        parser.Process(Harmony.Encode("robot"));
        e = Assert.Throws<HarmonyParseException>(() => parser.Process(200_008));
        Assert.Equal("robot", e.Value);
        Assert.Equal(ParserState.ExpectStart, parser.State);
    }

    [Fact]
    public void Reset_UsedParser_StartsAgain()
    {
        var parser = InContent();
        parser.Process(Harmony.Encode("half"));
        parser.Reset();
        Assert.Equal(ParserState.ExpectStart, parser.State);
        Assert.Equal((string.Empty, 0, 0), (parser.CurrentContent, parser.Ids.Length, parser.Messages.Count));
        Assert.Null(parser.CurrentRole);
        parser.Process(Harmony.Render(Message.ToolResult("functions.f", "x")));
        Assert.Equal("functions.f", parser.Messages[0].Author.Name);
    }

    [Fact]
    public void CurrentFields_InContent_AreTheHeaders()
    {
        Message call = Message.ToolResult("functions.f", "x").WithContentType(ContentTypes.Json);
        var parser = new StreamableParser(Harmony);
        parser.Process(Harmony.Render(call).AsSpan()[..^1]);
        Assert.Equal(ParserState.Content, parser.State);
        Assert.Equal(Role.Tool, parser.CurrentRole);
        Assert.Equal("assistant", parser.CurrentRecipient);
        Assert.Equal(Channels.Commentary, parser.CurrentChannel);
        Assert.Equal("<|constrain|>json", parser.CurrentContentType);
        Assert.Equal("x", parser.CurrentContent);
        parser.Process(200_007);
        Assert.Null(parser.CurrentRole);
        Assert.Equal([call], parser.Messages);
    }

    private static StreamableParser InContent()
    {
        var parser = new StreamableParser(Harmony, Role.Assistant);
        parser.Process(200_008);
        return parser;
    }

    private static int IdOfByte(byte value)
    {
        Assert.True(Harmony.Tokenizer.TryGetId([value], out int id));
        return id;
    }

    private static byte[] BytesOf(int id) =>
        Harmony.Tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> utf8) ? utf8.ToArray() : [];

    private static bool IsUtf8(byte[] utf8) => System.Text.Unicode.Utf8.IsValid(utf8);
}
