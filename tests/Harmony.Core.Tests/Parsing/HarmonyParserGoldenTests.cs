using System.Text.Json;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Compares what the resilient parser reads from the golden completions with what the reference
/// read.</summary>
public class HarmonyParserGoldenTests
{
    /// <summary>The completions that the reference reads differently than they were meant.</summary>
    private static readonly HarmonyDiagnostic[] Mended =
    [
        // Special ids become text, and an unknown id swallows the rest of its message.
        HarmonyDiagnostic.UnexpectedSpecialToken, HarmonyDiagnostic.UnknownId, HarmonyDiagnostic.MissingEnd,
        HarmonyDiagnostic.EndOfText, HarmonyDiagnostic.EndInHeader, HarmonyDiagnostic.RepeatedStart,
        // Words of a header end up in the wrong place.
        HarmonyDiagnostic.ContentTypeWithoutRecipient, HarmonyDiagnostic.RepeatedChannel,
        HarmonyDiagnostic.RepeatedContentType, HarmonyDiagnostic.EmptyChannel,
        HarmonyDiagnostic.EmptyRecipient, HarmonyDiagnostic.NamedRole, HarmonyDiagnostic.MissingRole, HarmonyDiagnostic.SpelledMarker,
        HarmonyDiagnostic.UnusualSpace, HarmonyDiagnostic.UnexpectedText,
    ];

    [Theory]
    [InlineData("parse", 190, 80)]
    [InlineData("stream", 150, 55)]
    [InlineData("oss-dialect", 30, 14)]
    public void Push_CompletionsTheReferenceReads_GiveItsMessages(
        string file, int atLeast, int withoutDiagnostics)
    {
        int equal = 0;
        int clean = 0;
        foreach ((int line, int[] ids, Role? role, Message[] expected) in Completions(file))
        {
            var parser = new HarmonyParser(HarmonyEncoding.OpenAI, new HarmonyParserOptions { Role = role });
            SegmentLog log = SegmentLog.Of(parser, ids);
            bool isEqual = expected.SequenceEqual(parser.Messages);
            string diagnostics = string.Join(' ', log.Diagnostics);
            Assert.True(
                isEqual || log.Diagnostics.Intersect(Mended).Any(),
                $"{file}, line {line + 1}: {diagnostics}");
            equal += isEqual ? 1 : 0;
            clean += diagnostics.Length == 0 ? 1 : 0;
        }

        Assert.InRange(equal, atLeast, int.MaxValue);
        Assert.InRange(clean, withoutDiagnostics, int.MaxValue);
    }

    [Theory]
    [InlineData("parse")]
    [InlineData("stream")]
    [InlineData("oss-dialect")]
    public void Push_CompletionsTheReferenceRefuses_HaveDiagnostics(string file)
    {
        int refused = 0;
        foreach ((int line, int[] ids, Role? role, JsonElement response) in Requests(file))
        {
            if (response.TryGetProperty("error", out _))
            {
                refused++;
                var options = new HarmonyParserOptions { Role = role };
                var parser = new HarmonyParser(HarmonyEncoding.OpenAI, options);
                SegmentLog log = SegmentLog.Of(parser, ids, 1);
                Assert.True(log.Diagnostics.Any(), $"{file}, line {line + 1}");
                Assert.Equal(ids, log.Segments.SelectMany(static segment => segment.Ids));
            }
        }

        Assert.InRange(refused, 20, int.MaxValue);
    }

    private static IEnumerable<(int Line, int[] Ids, Role? Role, Message[] Messages)> Completions(string file)
    {
        foreach ((int line, int[] ids, Role? role, JsonElement response) in Requests(file))
        {
            if (!response.TryGetProperty("error", out _))
            {
                string messages = response.GetProperty("messages").GetRawText();
                yield return (
                    line, ids, role, [.. Conversation.Parse($$"""{"messages":{{messages}}}""")]);
            }
        }
    }

    /// <summary>The strict requests that include the end of the stream.</summary>
    private static IEnumerable<(int Line, int[] Ids, Role? Role, JsonElement Response)> Requests(string file)
    {
        for (int line = 0; line < GoldenFile.ReadLines(file).Length; line++)
        {
            using JsonDocument golden = GoldenFile.Parse(file, line);
            JsonElement request = golden.RootElement.GetProperty("request");
            string op = request.GetProperty("op").GetString()!;
            bool isParse = op == "parse_messages_from_completion_tokens"
                || (op == "stream" && request.TryGetProperty("eos", out JsonElement eos) && eos.GetBoolean());
            bool isStrict = !request.TryGetProperty("strict", out JsonElement strict) || strict.GetBoolean();
            Role role = default;
            bool hasRole = request.TryGetProperty("role", out JsonElement word)
                && word.ValueKind == JsonValueKind.String;
            if (isParse && isStrict && (!hasRole || RoleExtensions.TryParse(word.GetString(), out role)))
            {
                int[] ids =
                [
                    .. request.GetProperty("tokens").EnumerateArray()
                        .Select(static id => unchecked((int)id.GetUInt32())),
                ];
                yield return (line, ids, hasRole ? role : null, golden.RootElement.GetProperty("response"));
            }
        }
    }
}
