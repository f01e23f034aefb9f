using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harmony.Core.Tests;

/// <summary>The reference's responses, case by case, through the public API.</summary>
public class GoldenTests
{
    public static TheoryData<string, int, string> RenderConversations =>
        GoldenFile.Rows("render-conversations");

    public static TheoryData<string, int, string> RenderMessages => GoldenFile.Rows("render-messages");

    public static TheoryData<string, int, string> Parse => GoldenFile.Rows("parse");

    public static TheoryData<string, int, string> Stream => GoldenFile.Rows("stream");

    public static TheoryData<string, int, string> JsonRoundTrip => GoldenFile.Rows("json-roundtrip");

    public static TheoryData<string, int, string> RawJsonAndMisc => GoldenFile.Rows("raw-json-and-misc");

    public static TheoryData<string, int, string> OssDialect => GoldenFile.Rows("oss-dialect");

    [Theory]
    [MemberData(nameof(RenderConversations))]
    [MemberData(nameof(RenderMessages))]
    [MemberData(nameof(Parse))]
    [MemberData(nameof(Stream))]
    [MemberData(nameof(JsonRoundTrip))]
    [MemberData(nameof(RawJsonAndMisc))]
    [MemberData(nameof(OssDialect))]
    public void Execute_GoldenRequest_AnswersAsTheReference(string file, int line, string what)
    {
        using JsonDocument golden = GoldenFile.Parse(file, line);
        JsonObject actual = GoldenCases.Execute(golden.RootElement.GetProperty("request"));
        string? difference = JsonComparison.Find(golden.RootElement.GetProperty("response"), actual);
        Assert.True(difference is null, $"{file}, line {line + 1}, {what}: {difference}");
    }
}
