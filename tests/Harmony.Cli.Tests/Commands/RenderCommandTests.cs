using System.Text.Json;
using Harmony.Bpe;
using Harmony.Cli.Tests.Support;
using Harmony.Tests;

namespace Harmony.Cli.Tests.Commands;

public class RenderCommandTests
{
    private const string Question = "<|start|>user<|message|>2+2?<|end|><|start|>assistant";

    private const string Chat = """
        {"messages":[{"role":"user","content":"2+2?"},
        {"role":"assistant","channel":"analysis","content":"Easy <|end|>"},
        {"role":"assistant","channel":"final","content":"4"}]}
        """;

    [Theory]
    [InlineData("small")]
    [InlineData("medium")]
    [InlineData("large")]
    public void Render_ReferenceConversation_ReferenceIds(string size)
    {
        string conversation = RepositoryFiles.PathOf($"tests/Golden/bench/conversation_{size}.json");
        string tokens = File.ReadAllText(
            RepositoryFiles.PathOf($"tests/Golden/bench/conversation_{size}.tokens.json"));
        int[] expected = [.. JsonDocument.Parse(tokens).RootElement.EnumerateArray().Select(
            static id => id.GetInt32())];
        Assert.Equal(
            expected, Ids.Parse(CommandRun.WithoutInput("render", conversation).AssertSucceeded().Output));
        Assert.Equal(
            $"{expected.Length}\n", CommandRun.WithoutInput("render", conversation, "--count").AssertSucceeded().Output);
        string json = CommandRun.WithoutInput("render", conversation, "--json").AssertSucceeded().Output;
        Assert.Equal("""{"tokens":[""" + string.Join(',', expected) + "]}\n", json);
    }

    [Theory]
    [InlineData(
        Question + "<|channel|>final<|message|>4<|end|><|start|>assistant")]
    [InlineData(
        Question + "<|channel|>final<|message|>4<|end|><|start|>user", "--role", "user")]
    [InlineData(
        Question + "<|channel|>final<|message|>4<|return|>", "--for", "training")]
    [InlineData(
        Question + "<|channel|>final<|message|>4<|end|>", "--for", "none")]
    [InlineData(
        Question + "<|channel|>analysis<|message|>Easy <|end|><|end|>"
        + "<|start|>assistant<|channel|>final<|message|>4",
        "--for", "continuation")]
    [InlineData(
        Question + "<|channel|>analysis<|message|>Easy <|end|><|end|>"
        + "<|start|>assistant<|channel|>final<|message|>4<|end|>",
        "--for", "none", "--analysis", "keep_all")]
    public void Render_Text_ThePromptExactly(string expected, params string[] options) =>
        Assert.Equal(
            expected, CommandRun.Of(Chat, ["render", "--text", .. options]).AssertSucceeded().Output);

    [Fact]
    public void Render_ByteOrderMark_IsNoPartOfTheJson() =>
        Assert.Equal(CommandRun.Of(Chat, "render").Output, CommandRun.Of("\uFEFF" + Chat, "render").Output);

    [Fact]
    public void Render_DialectOss_MarksContentTypes()
    {
        const string Call =
            """
            {"messages":[{"role":"assistant","recipient":"functions.f","channel":"commentary",
            "content_type":"json","content":"{}"}]}
            """;
        Assert.Equal(
            "<|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>",
            CommandRun.Of(Call, "render", "--text", "--for", "none", "--dialect", "oss").AssertSucceeded().Output);
        Assert.Equal(
            "<|start|>assistant to=functions.f<|channel|>commentary json<|message|>{}<|call|>",
            CommandRun.Of(Call, "render", "--text", "--for", "none").AssertSucceeded().Output);
    }

    [Fact]
    public void Render_TextThatSpellsSpecialTokens_StaysText()
    {
        int[] ids = Ids.Parse(CommandRun.Of(Chat, "render", "--analysis", "keep_all").Output);
        int special = ids.Count(Ids.Tokenizer.IsSpecial);
        string text = CommandRun.Of(Chat, "render", "--analysis", "keep_all", "--text").Output;
        Assert.Equal(
            special + 1, Ids.Tokenizer.Encode(text, EncodeOptions.AllSpecial).Count(Ids.Tokenizer.IsSpecial));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"robot","content":""}]}""", "$.messages[0].role")]
    [InlineData("""{"messages":[{"role":"tool","content":""}]}""", "Tools should have a name!")]
    [InlineData("""{"messages":""", "standard input: ")]
    public void Render_UnfitConversation_OneLine(string json, string error) =>
        CommandRun.Of(json, "render").AssertFailed(ExitCodes.Failure, error);

    [Theory]
    [InlineData("--for is", "--for", "me")]
    [InlineData("--role is", "--role", "robot")]
    [InlineData("--dialect is", "--dialect", "pirate")]
    [InlineData("exclude one another", "--json", "--text")]
    [InlineData("exclude one another", "--json", "--count")]
    public void Render_UnfitOption_UsageError(string error, params string[] options) =>
        CommandRun.Of(Chat, ["render", .. options]).AssertFailed(ExitCodes.Usage, error);
}
