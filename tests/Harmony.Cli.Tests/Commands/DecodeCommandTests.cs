using Harmony.Cli.Tests.Support;
using Harmony.Tests;

namespace Harmony.Cli.Tests.Commands;

public class DecodeCommandTests
{
    [Theory]
    [InlineData("13225 11 2375 0")]
    [InlineData("13225\n11\r\n2375\t0\n")]
    [InlineData("[13225, 11, 2375, 0]\n")]
    [InlineData("13225,11,2375,0")]
    [InlineData("\uFEFF13225 11 2375 0")]
    [InlineData(
        """{"file":"-","tokens":[13225,11],"bytes":6}""" + "\n" + """{"other":[1,{"tokens":[5]}],"tokens":[2375,0]}""")]
    public void Decode_AnyForm_Text(string ids) =>
        Assert.Equal("Hello, world!", CommandRun.Of(ids, "decode").AssertSucceeded().Output);

    [Fact]
    public void Decode_RealText_TheSameBytes()
    {
        byte[] utf8 = RepositoryFiles.ReadGzip("tests/Corpora/arabic_hebrew_indic_thai.txt.gz");
        using var folder = new TemporaryFolder();
        string ids = folder.Add("ids", CommandRun.Of(utf8, "encode", "--lines").OutputBytes);
        Assert.Equal(utf8, CommandRun.WithoutInput("decode", ids).AssertSucceeded().OutputBytes);
    }

    [Fact]
    public void Decode_SpecialIds_TheirNames() =>
        Assert.Equal(
            "<|start|><|reserved_201088|>", CommandRun.Of("200006 201088", "decode").AssertSucceeded().Output);

    [Theory]
    [InlineData("13225 201089", "no token has the id 201089 (at index 1)")]
    [InlineData("-1", "no token has the id -1 (at index 0)")]
    [InlineData("13225 11x 0", "'11x' at byte 6 is not a token id")]
    [InlineData("99999999999", "'99999999999' at byte 0 is not a token id")]
    [InlineData("""{"tokens":[1,"x"]}""", "not JSON with a member tokens")]
    [InlineData("""{"tokens":[1""", "not JSON with a member tokens")]
    [InlineData("""{"tokenz":[1]}""", "not JSON with a member tokens")]
    [InlineData("""{"tokens":5}""", "not JSON with a member tokens")]
    [InlineData("""{"tokens":{"x":[13225]}}""", "not JSON with a member tokens")]
    [InlineData("""{"x":{"tokens":[13225]}}""", "not JSON with a member tokens")]
    [InlineData("""{"tokens":[1]} {"x":[2]}""", "not JSON with a member tokens")]
    public void Decode_NoIds_OneLineAndNothingWritten(string input, string error) =>
        CommandRun.Of(input, "decode").AssertFailed(ExitCodes.Failure, error);

    [Fact]
    public void Decode_Strict_RefusesWhatIsNoUtf8()
    {
        CommandRun.Of("187 26682", "decode", "--strict").AssertFailed(ExitCodes.Failure, "Invalid utf-8");
        Assert.Equal("Hello", CommandRun.Of("13225", "decode", "--strict").AssertSucceeded().Output);
        Assert.Equal([0xFF, .. "abc"u8], CommandRun.Of("187 26682", "decode").AssertSucceeded().OutputBytes);
    }

    [Fact]
    public void Decode_Json_TextAndHexWhereNeeded()
    {
        Assert.Equal(
            """{"file":"-","text":"Hello","tokens":1}""" + "\n", CommandRun.Of("13225", "decode", "--json").Output);
        Assert.Equal(
            """{"file":"-","text":"�abc","hex":"ff616263","tokens":2}""" + "\n",
            CommandRun.Of("187 26682", "decode", "--json").AssertSucceeded().Output);
    }
}
