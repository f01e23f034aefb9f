using System.Text;
using System.Text.Json;
using Harmony.Bpe;
using Harmony.Cli.Input;
using Harmony.Cli.Tests.Support;
using Harmony.Tests;

namespace Harmony.Cli.Tests.Commands;

public class EncodeCommandTests
{
    [Fact]
    public void Encode_StandardInput_IdsOnOneLine()
    {
        CommandRun run = CommandRun.Of("Hello, world!", "encode").AssertSucceeded();
        Assert.Equal("13225 11 2375 0\n", run.Output);
    }

    [Fact]
    public void Encode_NoText_EmptyLine() =>
        Assert.Equal("\n", CommandRun.Of("", "encode").AssertSucceeded().Output);

    [Fact]
    public void Encode_Lines_OneIdALine()
    {
        Assert.Equal("13225\n11\n2375\n0\n", CommandRun.Of("Hello, world!", "encode", "--lines").Output);
        Assert.Equal("", CommandRun.Of("", "encode", "--lines").AssertSucceeded().Output);
    }

    [Fact]
    public void Encode_LongRealText_IdsOfEncodingAtOnce()
    {
        byte[] utf8 = RepositoryFiles.ReadGzip("tests/Corpora/multilingual_latin.txt.gz");
        CommandRun run = CommandRun.Of(utf8, "encode").AssertSucceeded();
        Assert.Equal(Ids.Of(utf8), Ids.Parse(run.Output));
    }

    [Fact]
    public void Encode_SeveralFiles_OneLineForEach()
    {
        using var folder = new TemporaryFolder();
        string[] files =
        [
            folder.Add("a.txt", "Hello"), folder.Add("b", ""), folder.Add("@c -1.txt", "Hello, world!"),
        ];
        CommandRun run = CommandRun.WithoutInput(["encode", .. files]).AssertSucceeded();
        Assert.Equal("13225\n\n13225 11 2375 0\n", run.Output);
        Assert.Equal(run.Output, CommandRun.WithoutInput(["encode", .. files, "--special", "refuse"]).Output);
    }

    [Fact]
    public void Encode_Json_OneObjectForEachFile()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Add("größe \"1\".txt", "Hello, world!");
        CommandRun run = CommandRun.Of("", "encode", "--json", file, "-").AssertSucceeded();
        using JsonDocument first = JsonDocument.Parse(run.OutputLines[0]);
        Assert.Equal(file, first.RootElement.GetProperty("file").GetString());
        Assert.Equal(13, first.RootElement.GetProperty("bytes").GetInt32());
        Assert.Equal("[13225,11,2375,0]", first.RootElement.GetProperty("tokens").GetRawText());
        Assert.Equal("""{"file":"-","tokens":[],"bytes":0}""", run.OutputLines[1]);
    }

    [Theory]
    [InlineData("ordinary", "a <|end|> b <|start|>")]
    [InlineData("all", "a 200007 b 200006")]
    [InlineData("allow:<|end|>,<|start|>", "a 200007 b 200006")]
    public void Encode_SpecialPolicy_AsInTheTokenizer(string policy, string meaning)
    {
        const string Text = "a <|end|> b <|start|>";
        int[] expected = meaning == Text
            ? Ids.Of(Encoding.UTF8.GetBytes(Text))
            : Ids.Tokenizer.Encode(Text, EncodeOptions.AllSpecial);
        Assert.Equal(
            expected, Ids.Parse(CommandRun.Of(Text, "encode", "--special", policy).AssertSucceeded().Output));
    }

    [Fact]
    public void Encode_AllowAndOrdinary_OthersAreText()
    {
        CommandRun run = CommandRun.Of(
            "<|end|><|start|>", "encode", "--special", "ordinary", "--special", "allow:<|end|>");
        Assert.Equal([200007, .. Ids.Of("<|start|>"u8.ToArray())], Ids.Parse(run.AssertSucceeded().Output));
    }

    [Theory]
    [InlineData("some")]
    [InlineData("allow:<|nothing|>")]
    [InlineData("allow:")]
    public void Encode_UnknownPolicy_UsageError(string policy) =>
        CommandRun.Of("x", "encode", "--special", policy).AssertFailed(ExitCodes.Usage, "--special");

    [Fact]
    public void Encode_ContradictingOptions_UsageError()
    {
        CommandRun.Of("x", "encode", "--special", "all", "--special", "refuse").AssertFailed(
            ExitCodes.Usage, "both");
        CommandRun.Of("x", "encode", "--json", "--lines").AssertFailed(ExitCodes.Usage, "exclude");
        CommandRun.Of("x", "encode", "-", "-").AssertFailed(ExitCodes.Usage, "only once");
    }

    [Fact]
    public void Encode_RefusedText_NamesTokenAndPlaceAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        string good = folder.Add("good.txt", "Hello");
        string bad = folder.Add("bad.txt", "Hello <|end|>");
        CommandRun.WithoutInput("encode", good, bad).AssertFailed(
            ExitCodes.Failure, $"{bad}: the text spells the special token <|end|> at byte 6");
        CommandRun.Of("Hello <|call|>", "encode").AssertFailed(
            ExitCodes.Failure, "standard input: the text spells the special token <|call|> at byte 6");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(63)]
    public void Encode_RefusedTextAcrossBlocks_WritesNothing(int beforeEnd)
    {
        using var folder = new TemporaryFolder();
        int offset = 2 * TokenReader.DefaultBufferSize - beforeEnd;
        string before = string.Concat(Enumerable.Repeat("ab ", offset))[..offset];
        string file = folder.Add("a.txt", before + "<|reserved_200013|> and more");
        CommandRun.WithoutInput("encode", file).AssertFailed(
            ExitCodes.Failure, $"<|reserved_200013|> at byte {offset};");
    }

    [Fact]
    public void Encode_UnreadableFile_OneLineAndNothingWritten()
    {
        using var folder = new TemporaryFolder();
        string good = folder.Add("good.txt", "Hello");
        string missing = Path.Combine(folder.Path, "missing.txt");
        CommandRun.WithoutInput("encode", good, missing).AssertFailed(
            ExitCodes.Failure, $"cannot read {missing}: no such file");
        CommandRun.WithoutInput("encode", good, folder.Path).AssertFailed(ExitCodes.Failure, "directory");
        CommandRun.WithoutInput("encode", "").AssertFailed(ExitCodes.Failure, "no such file");
    }

    [Fact]
    public void Encode_BytesThatAreNoUtf8_AreKept()
    {
        byte[] bytes =
        [
            0xEF, 0xBB, 0xBF, (byte)'a', 0xFF, 0xC0, 0x80, 0xE4, 0xBD, (byte)'\r', (byte)'\n', 0xED, 0xA0, 0x80,
        ];
        CommandRun encoded = CommandRun.Of(bytes, "encode").AssertSucceeded();
        Assert.Equal(bytes, CommandRun.Of(encoded.OutputBytes, "decode").AssertSucceeded().OutputBytes);
    }
}
