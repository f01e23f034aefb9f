using System.Security.Cryptography;
using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Vocabulary;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.Vocabulary;

/// <summary>Wrong rank files give a clear error that names the line.</summary>
public sealed class RankFileTests
{
    /// <summary>The 256 single bytes, then "ab": 257 lines.</summary>
    private static readonly string Good = Encoding.ASCII.GetString(
        RandomVocabulary.ToRankFile(
            [.. Enumerable.Range(0, 256).Select(static b => new[] { (byte)b }), [.. "ab"u8]]));

    [Fact]
    public void Parse_GoodFile_GivesTokensByRank()
    {
        RankFile ranks = Parse(Good);

        Assert.Equal(257, ranks.Tokens.Count);
        Assert.Equal("ab"u8, ranks.Tokens[256]);
        Assert.Equal(2, ranks.MaxTokenLength);
        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(Good)), ranks.Sha256);
    }

    [Fact]
    public void Parse_LinesInAnyOrderOrWithCarriageReturns_GivesTheSameTokens()
    {
        string[] lines = Good.TrimEnd('\n').Split('\n');
        Array.Reverse(lines);

        Assert.Equal(Parse(Good).Tokens, Parse(string.Join('\n', lines) + '\n').Tokens);
        Assert.Equal(Parse(Good).Tokens, Parse(Good.Replace("\n", "\r\n", StringComparison.Ordinal)).Tokens);
    }

    [Fact]
    public void Parse_EveryTruncation_IsRefused()
    {
        // Without its last line the file is a complete one with fewer tokens; only the hash can tell.
        int lastLine = Good.LastIndexOf('\n', Good.Length - 2) + 1;
        Assert.Equal(256, Parse(Good[..lastLine]).Tokens.Count);
        for (int length = 0; length < Good.Length; length++)
        {
            if (length != lastLine)
            {
                Assert.Throws<VocabularyException>(() => Parse(Good[..length]));
            }

            Assert.Throws<VocabularyException>(
                () => RankFile.Parse(
                    Encoding.ASCII.GetBytes(Good[..length]), SHA256.HashData(Encoding.ASCII.GetBytes(Good))));
        }
    }

    [Theory]
    [InlineData("YWI= 256", "YWI= 25", 257, "rank 25 was already given on line 26")]
    [InlineData("YWI= 256", "YQ== 256", 257, "token YQ== was already given on line 98")]
    [InlineData("YWI= 256", "YWI= 257", 257, "rank 256 is missing")]
    [InlineData("YWI= 256", "YWI= 262142", 257, "rank 256 is missing")]
    [InlineData("YWI= 256", "YWI= 262143", 257, "rank \"262143\" is out of range")]
    [InlineData("YWI= 256", "YWI= 262144", 257, "rank \"262144\" is out of range")]
    [InlineData("YWI= 256", "YWI= -1", 257, "the rank must be digits, but is \"-1\"")]
    [InlineData("YWI= 256", "YWI= +256", 257, "the rank must be digits, but is \"+256\"")]
    [InlineData("YWI= 256", "YWI=  256", 257, "the rank must be digits, but is \" 256\"")]
    [InlineData("YWI= 256", "YWI= 99999999999", 257, "rank \"99999999999\" is out of range")]
    [InlineData("YWI= 256", "YWI= 256 x", 257, "the rank must be digits, but is \"256 x\"")]
    [InlineData("YWI= 256", "YWI= ", 257, "the rank must be digits, but is \"\"")]
    [InlineData("YWI= 256", "YWI=", 257, "expected base64, a space and a rank, not \"YWI=\"")]
    [InlineData("YWI= 256", " 256", 257, "expected base64, a space and a rank")]
    [InlineData("YWI= 256", " ", 257, "expected base64, a space and a rank")]
    [InlineData("YWI= 256", "\t", 257, "expected base64, a space and a rank, not \"\\t\"")]
    [InlineData("YWI= 256", "YWI 256", 257, "the token \"YWI\" is not base64")]
    [InlineData("YWI= 256", "Y!I= 256", 257, "not base64")]
    [InlineData("YWI= 256", "Y\tWI= 256", 257, "the token \"Y\\tWI=\" is not base64")]
    [InlineData("YWI= 256", "YWI=\r 256", 257, "the token \"YWI=\\r\" is not base64")]
    [InlineData("YWI= 256", "==== 256", 257, "not base64")]
    [InlineData("YQ== 97", "YWE= 97", 257, "without a token for the single byte 0x61")]
    [InlineData("AA== 0", "AAA= 0", 257, "without a token for the single byte 0x00")]
    public void Parse_DamagedLine_NamesItAndTheProblem(string line, string damaged, int errorLine, string problem)
    {
        string file = Good.Replace($"\n{line}\n", $"\n{damaged}\n", StringComparison.Ordinal);
        file = file.StartsWith($"{line}\n", StringComparison.Ordinal) ? damaged + file[line.Length..] : file;
        Assert.NotEqual(Good, file);

        VocabularyException error = Assert.Throws<VocabularyException>(() => Parse(file));

        Assert.Equal(errorLine, error.Line);
        Assert.Contains($"line {errorLine}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\n\n\r\n\n")]
    public void Parse_EmptyLines_AreSkippedAndCounted(string empty)
    {
        byte[][] tokens = [.. Parse(Good).Tokens];

        Assert.Equal(tokens, Parse(Good + empty).Tokens);
        Assert.Equal(tokens, Parse(empty + Good).Tokens);
        Assert.Equal(tokens, Parse(Good.Replace("\n", "\n" + empty, StringComparison.Ordinal)).Tokens);
        int line = empty.Count(static c => c == '\n') + 258;
        Assert.Equal(line, Assert.Throws<VocabularyException>(() => Parse($"{Good}{empty}YWI= x\n")).Line);
        Assert.Contains(
            "empty", Assert.Throws<VocabularyException>(() => Parse(empty)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ByteOrderMark_IsSkipped() =>
        Assert.Equal(Parse(Good).Tokens, RankFile.Parse(Encoding.UTF8.GetBytes("\uFEFF" + Good), default).Tokens);

    [Fact]
    public void Parse_LongDamagedLine_ShowsItsBeginning()
    {
        VocabularyException error = Assert.Throws<VocabularyException>(() => Parse(new string('!', 5_000) + " 0\n"));

        Assert.Contains("\"!!!", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 0, 200);
    }

    [Fact]
    public void Parse_EndWithoutASingleByte_NamesTheLastLine()
    {
        string file = "\n\n\n" + Good.Replace("/w== 255\nYWI= 256\n", "", StringComparison.Ordinal);

        VocabularyException error = Assert.Throws<VocabularyException>(() => Parse(file));

        Assert.Contains("0xff", error.Message, StringComparison.Ordinal);
        Assert.Equal(258, error.Line);
    }

    [Theory]
    [InlineData("r50k_base")]
    [InlineData("cl100k_base")]
    public void Parse_RanksOfAnotherPattern_AreRefusedByName(string name)
    {
        string[] lines = RanksOf(name);

        AssertRefused(lines);
        AssertRefused([.. lines, "YWJjZGVmZ2hpams= 1000"]);
        AssertRefused([.. lines.Reverse()]);
        Assert.Contains(name, Assert.Throws<VocabularyException>(
            () => Parse(string.Join("\r\n", lines) + "\r\n")).Message, StringComparison.Ordinal);

        // One rank fewer, or one token more, are other ranks.
        Assert.Equal(999, Parse(string.Join('\n', lines[..999]) + "\n").Tokens.Count);
        lines[900] = "YWJjZGVmZ2hpams= 900";
        Assert.Equal(1000, Parse(string.Join('\n', lines) + "\n").Tokens.Count);

        void AssertRefused(string[] some)
        {
            VocabularyException error = Assert.Throws<VocabularyException>(() => Parse(string.Join('\n', some) + "\n"));
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
            Assert.Contains("splitting pattern", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Parse_LineInTheMiddleMissing_NamesTheGapAndTheLineBehindIt()
    {
        VocabularyException error = Assert.Throws<VocabularyException>(
            () => Parse(Good.Replace("\nYg== 98\n", "\n", StringComparison.Ordinal)));

        Assert.Contains("rank 98 is missing", error.Message, StringComparison.Ordinal);
        Assert.Equal(99, error.Line);
    }

    [Fact]
    public void Parse_TokenThatIsTooLong_IsRefused()
    {
        string longest = Convert.ToBase64String(new byte[FrozenFormat.MaxTokenLength]);
        string tooLong = Convert.ToBase64String(new byte[FrozenFormat.MaxTokenLength + 1]);

        Assert.Equal(FrozenFormat.MaxTokenLength, Parse($"{Good}{longest} 257\n").MaxTokenLength);
        VocabularyException error = Assert.Throws<VocabularyException>(() => Parse($"{Good}{tooLong} 257\n"));
        Assert.Equal(258, error.Line);
    }

    [Fact]
    public void Parse_WrongHash_NamesBoth()
    {
        byte[] file = Encoding.ASCII.GetBytes(Good);
        byte[] expected = SHA256.HashData(file);
        Assert.Equal(257, RankFile.Parse(file, expected).Tokens.Count);

        expected[31] ^= 1;
        VocabularyException error = Assert.Throws<VocabularyException>(() => RankFile.Parse(file, expected));
        Assert.Contains(Convert.ToHexStringLower(expected), error.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(file)), error.Message, StringComparison.Ordinal);
        Assert.Equal(0, error.Line);
        Assert.Throws<ArgumentException>(
            "expectedSha256", () => RankFile.Parse(file, expected.AsSpan(0, 16)));
    }

    private static string[] RanksOf(string name) =>
        File.ReadAllLines(RepositoryFiles.PathOf($"tests/Harmony.Bpe.Tests/Vocabulary/{name}.1000.tiktoken"));

    private static RankFile Parse(string file) =>
        RankFile.Parse(Encoding.ASCII.GetBytes(file), expectedSha256: default);
}
