using System.Text;
using Harmony.Cli.Bench;

namespace Harmony.Cli.Tests.Bench;

public class DocumentCutterTests
{
    [Theory]
    [InlineData("", null, 0)]
    [InlineData("", 5)]
    [InlineData("abc\ndef\n", null, 8)]
    [InlineData("abc\ndef\n", 1, 4, 4)]
    [InlineData("abc\ndef\n", 3, 4, 4)]
    [InlineData("abc\ndef\n", 4, 4, 4)]
    [InlineData("abc\ndef\n", 5, 8)]
    [InlineData("\n\na\nb", 1, 1, 1, 2, 1)]
    [InlineData("abcdefg\n\nj", 2, 8, 2)]
    [InlineData("abc\ndef\nghi", 5, 8, 3)]
    [InlineData("a\nb\nc\nd\n", 3, 4, 4)]
    [InlineData("abcdefghij", 2, 8, 2)]
    [InlineData("abcdefg\nij", 2, 8, 2)]
    [InlineData("abcdefgh\nj", 2, 8, 2)]
    [InlineData("abcdefgéhi", 2, 7, 4)]
    [InlineData("abcdef你ghi", 2, 6, 6)]
    [InlineData("abcde💖fghi", 2, 5, 8)]
    public void Cut_Text_AtLineEndsElseAtCharacters(string text, int? size, params int[] lengths)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Assert.Equal(lengths, Lengths(utf8, size));
    }

    [Fact]
    public void Cut_NoCharacters_StillEnds()
    {
        byte[] utf8 = [.. Enumerable.Repeat((byte)0x80, 100)];
        Assert.Equal(100, Lengths(utf8, 1).Sum());
        Assert.Equal(100, Lengths(utf8, 7).Sum());
    }

    [Fact]
    public void Cut_LargeSize_DoesNotOverflow() =>
        Assert.Equal([4], Lengths("abc\n"u8.ToArray(), int.MaxValue));

    private static int[] Lengths(byte[] utf8, int? size)
    {
        Range[] documents = DocumentCutter.Cut(utf8, size);
        int at = 0;
        foreach (Range document in documents)
        {
            (int offset, int length) = document.GetOffsetAndLength(utf8.Length);
            Assert.Equal(at, offset);
            at += length;
        }

        Assert.Equal(utf8.Length, at);
        return [.. documents.Select(document => document.GetOffsetAndLength(utf8.Length).Length)];
    }
}
