using System.Text;
using System.Text.Json;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Tests.Support;

namespace Harmony.Bpe.Tests.Golden;

/// <summary>The ids of the reference, on every path; and those of the oracle, so that it is as
/// trustworthy.</summary>
public sealed class EncodeGoldenTests
{
    private static readonly string[] FileNames =
        ["encode.jsonl", "unicode-class-edges.jsonl", "unicode-version-sensitive.jsonl", "raw-json-and-misc.jsonl"];

    public static IEnumerable<TheoryDataRow<string>> Names =>
        FileNames.SelectMany(static file => GoldenCase.Names(file, "encode", "encode_ordinary"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_GoldenText_GivesReferenceIds(string name)
    {
        GoldenCase golden = GoldenCase.Find(name);
        string text = golden.Request.GetProperty("text").GetString()!;
        int[] expected = GoldenCase.Ids(golden.Response);

        new EncodePaths(BpeTokenizer.O200kHarmony, OptionsOf(golden.Request)).AssertText(text, expected);
        Assert.Equal(text, BpeTokenizer.O200kHarmony.DecodeStrict(expected));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Textbook_GoldenText_GivesReferenceIds(string name)
    {
        GoldenCase golden = GoldenCase.Find(name);
        byte[] utf8 = Encoding.UTF8.GetBytes(golden.Request.GetProperty("text").GetString()!);

        Assert.Equal(
            GoldenCase.Ids(golden.Response),
            TextbookTokenizer.O200kHarmony.Encode(utf8, AllowedNames(golden.Request)));
    }

    private static EncodeOptions OptionsOf(JsonElement request) =>
        request.TryGetProperty("allowed_special", out JsonElement allowed) && allowed.ValueKind == JsonValueKind.String
            ? EncodeOptions.AllSpecial
            : EncodeOptions.Allow([.. AllowedNames(request)]) with { OtherSpecial = SpecialTextHandling.Ordinary };

    private static HashSet<string> AllowedNames(JsonElement request)
    {
        if (!request.TryGetProperty("allowed_special", out JsonElement allowed))
        {
            return [];
        }

        return allowed.ValueKind == JsonValueKind.Array
            ? [.. allowed.EnumerateArray().Select(static name => name.GetString()!)]
            : [.. TextbookTokenizer.O200kHarmony.SpecialTokens.Keys];
    }
}
