using System.Text;
using Harmony.Bpe;
using Harmony.Cli.Input;
using Harmony.Cli.Tests.Support;

namespace Harmony.Cli.Tests.Input;

public class TokenReaderTests
{
    // What a buffer's end can fall into: words, runs of white space, characters of two to four bytes, special
    // tokens whole and broken off, bytes that are no characters.
    private static readonly byte[] Mixed =
    [
        .. Encoding.UTF8.GetBytes(
            "\uFEFFIt's  ONE line\r\n\r\n   and   another's\t\t12345678 你好，世界 💖👩‍🚀 e\u0301té "
            + "<|end|><|start|>x<|reserved_200013|> <|end <|endoftext|<|constrain|>//\n/ ſ'ſ WE'LL   \n \n  x"),
        0xF0, 0x9F, 0x92, 0xFF, 0xE4, 0xBD, (byte)'a', 0x80,
    ];

    public static TheoryData<string> Policies => ["ordinary", "all", "allow", "ordinary+allow"];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Read_AnyBufferAndAnyPipe_SameIdsAsAtOnce(string policy)
    {
        EncodeOptions options = OptionsOf(policy);
        byte[] utf8 = policy == "allow" ? WithoutRefused(Mixed) : Mixed;
        int[] expected = Ids.Of(utf8, options);
        for (int bufferSize = 1; bufferSize <= utf8.Length + 2; bufferSize++)
        {
            Assert.Equal(expected, ReadAll(new MemoryStream(utf8), options, bufferSize, utf8.Length));
            Assert.Equal(
                expected, ReadAll(new SlowStream(utf8, atATime: 1), options, bufferSize, utf8.Length));
            Assert.Equal(
                expected, ReadAll(new SlowStream(utf8, atATime: 7), options, bufferSize, utf8.Length));
        }
    }

    [Theory]
    [InlineData("tests/Corpora/code_mixed.txt.gz", 4096)]
    [InlineData("tests/Corpora/cjk.txt.gz", 1000)]
    [InlineData("tests/Corpora/emoji_symbols.txt.gz", TokenReader.DefaultBufferSize)]
    public void Read_RealText_SameIdsAsAtOnce(string corpus, int bufferSize)
    {
        byte[] utf8 = Harmony.Tests.RepositoryFiles.ReadGzip(corpus);
        List<int> ids = ReadAll(new SlowStream(utf8, 5000), EncodeOptions.Ordinary, bufferSize, utf8.Length);
        Assert.Equal(Ids.Of(utf8), ids);
    }

    [Theory]
    [InlineData('a')]
    [InlineData(' ')]
    [InlineData('\n')]
    [InlineData('=')]
    public void Read_PieceLongerThanBuffer_SameIdsAsAtOnce(char character)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes("x" + new string(character, 300_000) + "y");
        List<int> ids = ReadAll(
            new SlowStream(utf8, 10_000), EncodeOptions.Default, bufferSize: 64, utf8.Length);
        Assert.Equal(Ids.Of(utf8), ids);
    }

    [Fact]
    public void Read_RefusedText_OffsetIsOfTheWholeInput()
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(new string('x', 1000) + " a b c <|end|>");
        for (int bufferSize = 1; bufferSize < 70; bufferSize++)
        {
            CommandException e = Assert.Throws<CommandException>(
                () => ReadAll(new MemoryStream(utf8), EncodeOptions.Default, bufferSize, utf8.Length));
            Assert.Contains("<|end|> at byte 1007", e.Message, StringComparison.Ordinal);
        }
    }

    private static EncodeOptions OptionsOf(string policy) => policy switch
    {
        "ordinary" => EncodeOptions.Ordinary,
        "all" => EncodeOptions.AllSpecial,
        "allow" => EncodeOptions.Allow("<|end|>"),
        _ => EncodeOptions.Allow("<|end|>") with { OtherSpecial = SpecialTextHandling.Ordinary },
    };

    private static byte[] WithoutRefused(byte[] utf8)
    {
        string text = Encoding.Latin1.GetString(utf8);
        foreach (string name in (string[])["<|start|>", "<|reserved_200013|>", "<|constrain|>"])
        {
            text = text.Replace(name, "", StringComparison.Ordinal);
        }

        return Encoding.Latin1.GetBytes(text);
    }

    private static List<int> ReadAll(Stream stream, EncodeOptions options, int bufferSize, long length)
    {
        using var reader = new TokenReader(
            Ids.Tokenizer, options, InputSource.FromArgument("-"), stream, bufferSize);
        List<int> all = [];
        ReadOnlySpan<int> ids;
        while (!(ids = reader.Read()).IsEmpty)
        {
            all.AddRange(ids);
        }

        Assert.Equal(length, reader.BytesEncoded);
        return all;
    }
}
