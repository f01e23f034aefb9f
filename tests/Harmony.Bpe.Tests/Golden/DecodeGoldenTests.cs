using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Harmony.Bpe.Tests.Golden;

/// <summary>The text that the reference decodes ids to, and the ids that it refuses.</summary>
public sealed class DecodeGoldenTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;
    private static readonly string[] FileNames = ["decode.jsonl", "raw-json-and-misc.jsonl"];

    public static IEnumerable<TheoryDataRow<string>> TextNames =>
        FileNames.SelectMany(static file => GoldenCase.Names(file, "decode_utf8"));

    public static IEnumerable<TheoryDataRow<string>> BytesNames =>
        FileNames.SelectMany(static file => GoldenCase.Names(file, "decode_bytes"));

    public static IEnumerable<TheoryDataRow<string>> SpecialNames =>
        GoldenCase.Names("raw-json-and-misc.jsonl", "is_special_token");

    [Theory]
    [MemberData(nameof(TextNames))]
    public void DecodeStrict_GoldenIds_GivesReferenceTextOrError(string name)
    {
        GoldenCase golden = GoldenCase.Find(name);
        int[] ids = GoldenCase.Ids(golden.Request);
        if (golden.Response.TryGetProperty("text", out JsonElement text))
        {
            Assert.Equal(text.GetString(), Tokenizer.DecodeStrict(ids));
            Assert.Equal(text.GetString(), Tokenizer.Decode(ids));
            Assert.Equal(text.GetString(), Streamed(ids));
            return;
        }

        AssertError(golden.Response, Assert.ThrowsAny<TokenizerException>(() => Tokenizer.DecodeStrict(ids)));
    }

    [Theory]
    [MemberData(nameof(BytesNames))]
    public void DecodeBytes_GoldenIds_GivesReferenceBytesOrError(string name)
    {
        GoldenCase golden = GoldenCase.Find(name);
        int[] ids = GoldenCase.Ids(golden.Request);
        if (!golden.Response.TryGetProperty("hex", out JsonElement hex))
        {
            AssertError(golden.Response, Assert.ThrowsAny<TokenizerException>(() => Tokenizer.DecodeBytes(ids)));
            return;
        }

        byte[] expected = Convert.FromHexString(hex.GetString()!);
        Assert.Equal(expected, Tokenizer.DecodeBytes(ids));
        Assert.Equal(expected.Length, Tokenizer.GetDecodedLength(ids));

        var writer = new ArrayBufferWriter<byte>();
        Assert.Equal(expected.Length, Tokenizer.Decode(ids, writer));
        Assert.Equal(expected, writer.WrittenSpan);

        var destination = new byte[expected.Length];
        Assert.Equal(OperationStatus.Done, Tokenizer.Decode(ids, destination, out int consumed, out int written));
        Assert.Equal((ids.Length, expected.Length), (consumed, written));
        Assert.Equal(expected, destination);
    }

    [Theory]
    [MemberData(nameof(SpecialNames))]
    public void IsSpecial_GoldenId_GivesReferenceAnswer(string name)
    {
        GoldenCase golden = GoldenCase.Find(name);

        bool isSpecial = Tokenizer.IsSpecial(golden.Request.GetProperty("token").GetInt32());

        Assert.Equal(golden.Response.GetProperty("result").GetBoolean(), isSpecial);
    }

    private static string Streamed(int[] ids)
    {
        var decoder = new Utf8StreamDecoder(Tokenizer);
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            text.Append(decoder.AppendText(id));
        }

        return text.Append(Encoding.UTF8.GetString(decoder.Flush())).ToString();
    }

    // Clients of the reference match these phrases.
    private static void AssertError(JsonElement response, TokenizerException error)
    {
        string message = response.GetProperty("error").GetString()!;
        if (message.Contains("Invalid token for decoding: ", StringComparison.Ordinal))
        {
            int id = Assert.IsType<UnknownTokenException>(error).Id;
            Assert.Equal(
                message[(message.LastIndexOf(' ') + 1)..], ((uint)id).ToString(CultureInfo.InvariantCulture));
            Assert.Contains($"Invalid token for decoding: {id}", error.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("Invalid utf-8", message, StringComparison.Ordinal);
            int index = int.Parse(message[(message.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            Assert.Equal(index, Assert.IsType<InvalidUtf8Exception>(error).ByteOffset);
            Assert.Contains("Invalid utf-8", error.Message, StringComparison.Ordinal);
        }
    }
}
