using System.Text;
using System.Text.Json;
using Harmony.Core.Json;

namespace Harmony.Core.Tests.Json;

/// <summary>The reader against System.Text.Json's: the same tokens, texts and errors.</summary>
public sealed class JsonReaderTests
{
    private const int MaxDepth = 12;

    private static readonly string[] Wholes =
    [
        """{"messages": [{"role":"user","content":"a\nb\\c\"d"}, {"role" : "tool", "n": [-0.5e+3, 10, 0, 1E5]}]}""",
        """ [ true , false , null , "" , "\u0041\u00e9\ud83d\ude00\/\b\f\r\t" , { } , [ ] , {"a":{"b":[[[1]]]}} ] """,
        "\"a text that is longer than thirty-two bytes, with é, 你好 and 😀, \\\" and \\\\ and then more of it\\n\"",
        "{\"a long name that has more than thirty-two bytes in it\":\"and a value that is just as long as its name\"}",
        "-12.5",
        "\"\\ud800 alone\"",
        "\"low first \\udc00\\ud800\"",
        "[[[[[[[[[[[[1]]]]]]]]]]]]",
    ];

    public static TheoryData<string> Malformed =>
    [
        "", " ", "{", "[", "}", "]", "[}", "{]", "[1", "[1,", "[1,]", "[,1]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
        "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{1:1}", "[1 2]", "1 2", "tru", "trux", "truex", "nul", "fals", "\"", "\"a",
        "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "\"\u0000\"", "01", "-", "-a", "1.", "1.e", "1e", "1e+",
        "1a", "1/", "[1/]", ".5", "+1", "// 1", "\uFEFF1", "[[[[[[[[[[[[[1]]]]]]]]]]]]]",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Read_MalformedText_ThrowsAsSystemTextJson(string json) => AssertEqual(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_ChangedText_ReadsAsSystemTextJson(int seed)
    {
        var random = new Random(seed);
        foreach (string whole in Wholes)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(whole);
            AssertEqual(utf8);
            for (int i = 0; i < 1_500; i++)
            {
                AssertEqual(Change(utf8, random));
            }
        }
    }

    [Theory]
    [InlineData('"')]
    [InlineData('\\')]
    [InlineData('\n')]
    [InlineData('\u00E9')]
    [InlineData('\u4E2D')]
    public void Read_CharacterAtEachPlace_ReadsAsSystemTextJson(char character)
    {
        for (int length = 0; length < 100; length++)
        {
            for (int at = 0; at <= length; at++)
            {
                string text = new string('x', at) + character + new string('y', length - at);
                AssertEqual(Encoding.UTF8.GetBytes($"[\"{text}\"]"));
                AssertEqual(JsonSerializer.SerializeToUtf8Bytes(text));
            }
        }
    }

    [Theory]
    [InlineData("\"name\"", true)]
    [InlineData("\"n\\u0061me\"", true)]
    [InlineData("\"nam\"", false)]
    [InlineData("\"n\\u0061m\"", false)]
    [InlineData("\"\\ud800\"", false)]
    public void IsText_StringWithAndWithoutEscapes_ComparesTexts(string json, bool expected)
    {
        var reader = new JsonReader(Encoding.UTF8.GetBytes(json), MaxDepth);
        reader.Read();

        Assert.Equal(expected, reader.IsText("name"u8));
    }

    [Theory]
    [InlineData("[1,[2,{\"a\":[3]}],4]", 1, 18)]
    [InlineData("{\"a\":{\"b\":1},\"c\":2}", 2, 12)]
    [InlineData("{\"a\":7,\"c\":2}", 2, 6)]
    public void Skip_Value_StopsAtItsEnd(string json, int tokens, int expected)
    {
        var reader = new JsonReader(Encoding.UTF8.GetBytes(json), MaxDepth);
        for (int i = 0; i < tokens; i++)
        {
            reader.Read();
        }

        reader.Skip();

        Assert.Equal(tokens == 1 ? json.Length : expected, reader.Position);
    }

    /// <summary>A copy with one to three bytes replaced, put in or taken out.</summary>
    private static byte[] Change(byte[] utf8, Random random)
    {
        ReadOnlySpan<byte> common = "{}[]\",:\\u0123456789abcdefDEn+-. \n\t\r/tfl"u8;
        var bytes = new List<byte>(utf8);
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(bytes.Count);
            byte other = random.Next(8) == 0 ? (byte)random.Next(256) : common[random.Next(common.Length)];
            switch (random.Next(4))
            {
                case 0: bytes.Insert(at, other); break;
                case 1 when bytes.Count > 1: bytes.RemoveAt(at); break;
                case 2: bytes = bytes[..at]; bytes.Add(other); break;
                default: bytes[at] = other; break;
            }
        }

        return [.. bytes];
    }

    private static void AssertEqual(byte[] utf8)
    {
        var expected = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        var actual = new JsonReader(utf8, MaxDepth);
        bool more = true;
        while (more)
        {
            string? error = null;
            try
            {
                more = expected.Read();
            }
            catch (JsonException e)
            {
                error = e.Message;
            }

            if (error is not null)
            {
                AssertThrows(error, actual);
                return;
            }

            Assert.Equal(more, actual.Read());
            if (more)
            {
                AssertToken(expected, actual);
            }
        }
    }

    private static void AssertToken(in Utf8JsonReader expected, in JsonReader actual)
    {
        Assert.Equal(expected.TokenType, actual.TokenType);
        Assert.Equal(expected.TokenStartIndex, actual.TokenStart);
        if (expected.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
        {
            string? text;
            try
            {
                text = expected.GetString();
            }
            catch (InvalidOperationException)
            {
                text = null;
            }

            Assert.Equal(expected.ValueIsEscaped, actual.IsEscaped);
            Assert.Equal(text is not null, actual.TryGetText(out string? read));
            Assert.Equal(text, read);
        }
        else if (expected.TokenType == JsonTokenType.Number)
        {
            Assert.True(expected.ValueSpan.SequenceEqual(actual.Spelled));
            bool isWhole = expected.TryGetInt32(out int whole);
            Assert.Equal(isWhole, actual.TryGetInt32(out int read));
            Assert.Equal(whole, isWhole ? read : 0);
        }
    }

    private static void AssertThrows(string expected, JsonReader reader)
    {
        try
        {
            reader.Read();
        }
        catch (JsonException e)
        {
            Assert.Equal(expected, e.Message);
            return;
        }

        Assert.Fail($"nothing was thrown; expected: {expected}");
    }
}
