using System.Text;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Tests.Support;

namespace Harmony.Bpe.Tests.Kernels;

/// <summary>The transcoder returns the same bytes as the runtime, for any neighbouring chars.</summary>
public sealed class Utf16TranscoderTests
{
    /// <summary>The edges of each length of UTF-8, and of the surrogates.</summary>
    private static readonly string[] Parts =
    [
        "a", "\0", "\u007F", "\u0080", "é", "\u07FF", "\u0800", "漢", "\uD7FF", "\uE000", "\uFFFD", "\uFFFF",
        "\U00010000", "😀", "\U0003FFFF", "\U000FFFFF", "\U0010FFFF", "\uD800", "\uDBFF", "\uDC00", "\uDFFF",
        "Only ASCII, and more of it than there are lanes. ",
    ];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 1)]
    [InlineData(7, 2)]
    [InlineData(17, 3)]
    [InlineData(22, 4)]
    public void Convert_RandomParts_SameBytesAsTheRuntimes(int commonParts, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 3000; i++)
        {
            var text = new StringBuilder();
            for (int count = random.Next(120); count > 0; count--)
            {
                // A rare part now and then, so that vectors stop everywhere.
                text.Append(Parts[random.Next(random.Next(40) == 0 ? Parts.Length : commonParts)]);
            }

            AssertConverts(text.ToString());
        }
    }

    [Fact]
    public void Convert_EveryPartAtEveryPlaceAmongOthers_SameBytesAsTheRuntimes()
    {
        foreach (string part in Parts)
        {
            foreach (string other in Parts)
            {
                for (int place = 0; place < 50; place++)
                {
                    string before = string.Concat(Enumerable.Repeat(other, place));
                    AssertConverts(before + part + string.Concat(Enumerable.Repeat(other, 50 - place)));
                }
            }
        }
    }

    [Fact]
    public void Convert_NotFinal_LeavesHalfAPair()
    {
        var utf8 = new byte[1024];
        for (int length = 0; length < 200; length++)
        {
            string text = new string('é', length) + "\uD83D";

            int written = Convert(text, utf8, isFinal: false, out int read);

            Assert.Equal(length, read);
            Assert.Equal(2 * length, written);
        }
    }

    [Fact]
    public void Convert_BetweenGuardPages_StaysInside()
    {
        using var memory = new GuardedMemory<char>(300);
        using var output = new GuardedMemory<byte>(900);
        for (int length = 0; length < 300; length++)
        {
            string text = string.Concat(Enumerable.Range(0, length).Select(i => "a漢éab"[i % 5 * (i / 40) % 5]));
            byte[] expected = Encoding.UTF8.GetBytes(text);
            for (int ends = 0; ends < 4; ends++)
            {
                Span<char> chars = ends % 2 == 0 ? memory.AtEnd(length) : memory.AtStart(length);
                text.CopyTo(chars);
                Span<byte> utf8 = ends < 2 ? output.AtEnd(3 * length) : output.AtStart(3 * length);
                int written = Convert(chars, utf8, isFinal: true, out int read);

                Assert.Equal(length, read);
                Assert.Equal(expected, utf8[..written]);
            }
        }
    }

    /// <summary>With vectors from the first char on, if there are any.</summary>
    private static int Convert(ReadOnlySpan<char> text, Span<byte> utf8, bool isFinal, out int read) =>
        Utf16Transcoder.Convert(text, utf8, isFinal, useVectors: true, out read);

    private static void AssertConverts(string text)
    {
        var utf8 = new byte[3 * text.Length];
        int written = Convert(text, utf8, isFinal: true, out int read);

        Assert.Equal(text.Length, read);
        Assert.Equal(Encoding.UTF8.GetBytes(text), utf8.AsSpan(0, written));
    }
}
