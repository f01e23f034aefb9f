using System.Buffers;
using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Tests.Support;

namespace Harmony.Bpe.Tests;

/// <summary>From text to ids on every path, against the textbook tokenizer.</summary>
public sealed class BpeTokenizerEncodeTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    public static IEnumerable<TheoryDataRow<int>> Seeds =>
        Enumerable.Range(1, 6).Select(static seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Encode_RandomUtf8_EqualsTextbookOnEveryPath(int seed)
    {
        var generator = new EdgeTextGenerator(1000 + seed);
        var paths = new EncodePaths(Tokenizer, EncodeOptions.Ordinary);
        for (int i = 0; i < 150; i++)
        {
            byte[] utf8 = generator.NextUtf8(runs: 8);
            paths.AssertUtf8(utf8, TextbookTokenizer.O200kHarmony.Encode(utf8).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Encode_RandomTextWithLoneSurrogates_EqualsTextbookOnEveryPath(int seed)
    {
        var generator = new EdgeTextGenerator(2000 + seed);
        var paths = new EncodePaths(Tokenizer, EncodeOptions.Ordinary);
        for (int i = 0; i < 120; i++)
        {
            string text = generator.NextText(runs: 8);
            paths.AssertText(text, TextbookTokenizer.O200kHarmony.Encode(TextbookUtf8.Encode(text)).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Encode_RandomTextOfManyWindows_EqualsTextbookOnEveryPath(int seed)
    {
        var generator = new EdgeTextGenerator(4000 + seed);
        var paths = new EncodePaths(Tokenizer, EncodeOptions.Ordinary);
        for (int i = 0; i < 10; i++)
        {
            string text = generator.NextText(runs: 200);
            paths.AssertText(text, TextbookTokenizer.O200kHarmony.Encode(TextbookUtf8.Encode(text)).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Encode_LongRandomText_EqualsTextbook(int seed)
    {
        var generator = new EdgeTextGenerator(3000 + seed);
        for (int i = 0; i < 5; i++)
        {
            string text = generator.NextText(runs: 4_000);
            byte[] utf8 = TextbookUtf8.Encode(text);
            List<int> expected = TextbookTokenizer.O200kHarmony.Encode(utf8);

            Assert.Equal(expected, Tokenizer.Encode(text, EncodeOptions.Ordinary));
            Assert.Equal(expected, Tokenizer.Encode(utf8, EncodeOptions.Ordinary));
        }
    }

    [Fact]
    public void Encode_EmptyText_GivesNothing()
    {
        new EncodePaths(Tokenizer).AssertText("", []);
        Assert.Equal(
            OperationStatus.Done, Tokenizer.Encode("", [], out int consumed, out int written, isFinalBlock: false));
        Assert.Equal((0, 0), (consumed, written));
    }

    [Fact]
    public void Encode_DestinationOfNothing_AsksForMoreAndConsumesNothing()
    {
        OperationStatus chars = Tokenizer.Encode("hello", [], out int charsConsumed, out int written);
        OperationStatus bytes = Tokenizer.Encode("hello"u8, [], out int bytesConsumed, out int bytesWritten);

        Assert.Equal((OperationStatus.DestinationTooSmall, 0, 0), (chars, charsConsumed, written));
        Assert.Equal((OperationStatus.DestinationTooSmall, 0, 0), (bytes, bytesConsumed, bytesWritten));
    }

    [Fact]
    public void Encode_TooSmallDestination_LeavesTheRestOfItAlone()
    {
        // "hello" is one token; the next word is two.
        int[] destination = [-1, -1, -1];
        int[] ids = Tokenizer.Encode("hello zqxj");
        Assert.True(ids.Length > 2);

        OperationStatus status = Tokenizer.Encode(
            "hello zqxj", destination.AsSpan(0, 2), out int consumed, out int written);

        Assert.Equal((OperationStatus.DestinationTooSmall, 5, 1), (status, consumed, written));
        Assert.Equal([ids[0], -1, -1], destination);
    }

    [Theory]
    [InlineData("hello wor")]
    [InlineData("hello  ")]
    [InlineData("hello\n")]
    [InlineData("hello'")]
    [InlineData("hello12")]
    [InlineData("hello !")]
    public void Encode_BlockThatGoesOn_LeavesWhatMoreTextCouldChange(string text)
    {
        OperationStatus status = Tokenizer.Encode(
            text, new int[10], out int consumed, out int written, isFinalBlock: false);

        Assert.Equal(OperationStatus.NeedMoreData, status);
        Assert.InRange(consumed, 0, 5);
        Assert.Equal(consumed == 0 ? 0 : 1, written);
    }

    [Fact]
    public void Encode_HighSurrogateAtTheEndOfABlock_WaitsForTheLow()
    {
        OperationStatus status = Tokenizer.Encode(
            "a \uD83D", new int[10], out int consumed, out int written, isFinalBlock: false);
        Assert.Equal(OperationStatus.NeedMoreData, status);
        Assert.Equal((1, 1), (consumed, written));

        new EncodePaths(Tokenizer).AssertText(
            "a \uD83D\uDE00\uD83D", TextbookTokenizer.O200kHarmony.Encode(Encoding.UTF8.GetBytes("a \U0001F600\uFFFD")).ToArray());
    }

    [Fact]
    public void Encode_NullWriter_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => Tokenizer.Encode("a", (IBufferWriter<int>)null!));
        Assert.Throws<ArgumentNullException>(() => Tokenizer.Encode("a"u8, (IBufferWriter<int>)null!));
    }

    [Theory]
    [InlineData("61FF62", 1)]
    [InlineData("C3", 0)]
    [InlineData("616263E282", 3)]
    [InlineData("EDA080", 0)]
    [InlineData("41F09F98", 1)]
    public void Encode_IllFormedBytesRefused_NamesTheOffset(string hex, int offset)
    {
        byte[] utf8 = Convert.FromHexString(hex);
        EncodeOptions strict = EncodeOptions.Ordinary with { RejectInvalidUtf8 = true };
        var writer = new ArrayBufferWriter<int>();
        int[] destination = [-1, -1, -1, -1, -1];

        Assert.Equal(offset, Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.Encode(utf8, strict)).ByteOffset);
        Assert.Equal(
            offset, Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.Encode(utf8, writer, strict)).ByteOffset);
        Assert.Equal(offset, Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.Count(utf8, strict)).ByteOffset);
        Assert.Equal(
            offset, Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.IsWithin(utf8, 1, strict)).ByteOffset);
        Assert.Equal(
            offset, Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.Encode(utf8, destination, out _, out _, strict)).ByteOffset);
        Assert.Equal(0, writer.WrittenCount);
        Assert.All(destination, static id => Assert.Equal(-1, id));
    }

    [Fact]
    public void Encode_CharacterCutByABlocksEnd_IsNotIllFormed()
    {
        EncodeOptions strict = EncodeOptions.Ordinary with { RejectInvalidUtf8 = true };
        byte[] utf8 = Encoding.UTF8.GetBytes("a \u20AC and \U0001F600!");

        new EncodePaths(Tokenizer, strict).AssertUtf8(utf8, Tokenizer.Encode(utf8));
    }
}
