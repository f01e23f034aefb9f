using FsCheck;
using FsCheck.Fluent;
using Harmony.Core.Parsing;
using Harmony.Core.Tests.Oracles;

namespace Harmony.Core.Tests.Parsing;

public class HeaderParserTests
{
    private static readonly string[] Parts =
    [
        "<|channel|>", "<|constrain|>", "<|channel|>final", "to=", "to=x", "user", "assistant", "tool", "functions.f",
        "json", "analysis", " ", "  ", "\n", "\t", "\u000B", "\f", "\r", "\u00A0", "\u2003", "<", "|>", "<|start|>",
        "x", "ü", "😊", "",
    ];

    [Fact]
    public void Parse_RandomHeaders_EqualTheOracle() =>
        Prop.ForAll(Arb.From(Headers()), static header =>
        {
            (string text, Role? role, HarmonyDialect dialect) = header;
            HeaderFault fault = HeaderParser.Parse(
                text.ToCharArray(), role, dialect, out ParsedHeader actual, out string? culprit);
            var expected = HeaderOracle.Parse(text, role, dialect == HarmonyDialect.OssHarmony);
            Assert.Equal(fault is HeaderFault.UnknownRole or HeaderFault.WordsLeft, culprit is not null);
            return fault == expected.Fault && (fault != HeaderFault.None || actual == expected.Header);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void ParseMalformed_RandomHeaders_EqualTheOracle() =>
        Prop.ForAll(Arb.From(Headers()), static header =>
        {
            (string text, Role? given, HarmonyDialect dialect) = header;
            Role role = given ?? Role.Assistant;
            HeaderFault fault = HeaderParser.ParseMalformed(
                text.ToCharArray(), role, dialect, out ParsedHeader actual, out string words);
            var expected = HeaderOracle.ParseMalformed(text, role, dialect == HarmonyDialect.OssHarmony);
            return fault == expected.Fault
                && (fault != HeaderFault.None || (actual.Channel, words) == (expected.Channel, expected.Text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Theory]
    [InlineData("functions.f tool", "functions.f", null)]
    [InlineData("functions.f tool to=x", "functions.f", "x")]
    [InlineData("tool tool", "tool", "tool")]
    public void Parse_ToolNamedBeforeTheWordTool_DropsTheWord(string text, string name, string? recipient)
    {
        HeaderFault fault = HeaderParser.Parse(
            text.ToCharArray(), null, HarmonyDialect.OpenAI, out ParsedHeader header, out _);
        Assert.Equal(HeaderFault.None, fault);
        Assert.Equal(new ParsedHeader(new Author(Role.Tool, name), recipient, null, null), header);
    }

    private static Gen<(string Text, Role? Role, HarmonyDialect Dialect)> Headers() =>
        from parts in Gen.Elements(Parts).ListOf()
        from role in Gen.Elements<Role?>(null, null, Role.User, Role.Assistant, Role.Tool)
        from dialect in Gen.Elements(Enum.GetValues<HarmonyDialect>())
        select (string.Concat(parts), role, dialect);
}
