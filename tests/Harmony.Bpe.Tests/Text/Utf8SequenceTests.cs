using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Text;

namespace Harmony.Bpe.Tests.Text;

public sealed class Utf8SequenceTests
{
    [Fact]
    public void Decode_EverySequenceOfTwoBytesAndEdgesOfMore_EqualsTextbook()
    {
        byte[] edges = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF];
        for (int first = 0; first < 256; first++)
        {
            for (int second = 0; second < 256; second++)
            {
                AssertDecodes([(byte)first, (byte)second]);
                foreach (byte third in edges)
                {
                    AssertDecodes([(byte)first, (byte)second, third]);
                    foreach (byte fourth in edges)
                    {
                        AssertDecodes([(byte)first, (byte)second, third, fourth]);
                    }
                }
            }
        }
    }

    [Fact]
    public void IndexOfInvalid_RandomBytes_IsTheFirstTheTextbookFinds()
    {
        var generator = new EdgeTextGenerator(11);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] utf8 = generator.NextUtf8(runs: 10);
            (int[] codePoints, int[] starts) = TextbookUtf8.Decode(utf8);
            int invalid = Array.IndexOf(codePoints, TextbookUtf8.Invalid);

            Assert.Equal(invalid < 0 ? -1 : starts[invalid], Utf8Sequence.IndexOfInvalid(utf8));
        }
    }

    [Fact]
    public void IncompleteTailLength_EveryCutOfAText_IsWhatMoreBytesComplete()
    {
        foreach (string character in new[] { "a", "\u017F", "\u0800", "\uD7FF", "\u20AC", "\U00010000", "\U0010FFFF" })
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(character);
            for (int length = 0; length <= utf8.Length; length++)
            {
                byte[] text = [.. "x"u8, .. utf8.AsSpan(0, length)];
                Assert.Equal(length == utf8.Length ? 0 : length, Utf8Sequence.IncompleteTailLength(text));
            }
        }
    }

    [Theory]
    [InlineData("80")]
    [InlineData("C0")]
    [InlineData("C1")]
    [InlineData("E080")]
    [InlineData("EDA0")]
    [InlineData("F080")]
    [InlineData("F490")]
    [InlineData("F5")]
    [InlineData("F0808080")]
    [InlineData("C380")]
    [InlineData("E2828282")]
    public void IncompleteTailLength_BytesThatNothingCompletes_IsZero(string hex) =>
        Assert.Equal(0, Utf8Sequence.IncompleteTailLength(Convert.FromHexString(hex)));

    private static void AssertDecodes(ReadOnlySpan<byte> utf8)
    {
        (int[] codePoints, int[] starts) = TextbookUtf8.Decode(utf8);

        uint codePoint = Utf8Sequence.Decode(utf8, out int length);

        int expected = codePoints[0] == TextbookUtf8.Invalid ? unchecked((int)Utf8Sequence.Invalid) : codePoints[0];
        Assert.True(
            (expected, starts[1]) == ((int)codePoint, length),
            $"{Convert.ToHexString(utf8)}: U+{codePoint:X} in {length} bytes");
    }

    /// <summary>Long texts are searched in parts, and none may end inside a character.</summary>
    [Theory]
    [InlineData("\u00E9", 0)]
    [InlineData("\u20AC", 1)]
    [InlineData("\u20AC", 2)]
    [InlineData("\U0001F600", 1)]
    [InlineData("\U0001F600", 3)]
    public void IndexOfInvalid_LongText_FindsWhatIsIllFormedAndNothingElse(string unit, int shift)
    {
        byte[] utf8 = [.. new byte[shift], .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, 70_000)))];
        Assert.Equal(-1, Utf8Sequence.IndexOfInvalid(utf8));
        int length = Encoding.UTF8.GetByteCount(unit);
        for (int near = 65_536 - 8; near < 65_536 + 8; near++)
        {
            byte before = utf8[near];
            utf8[near] = 0xFF;
            Assert.Equal(shift + (near - shift) / length * length, Utf8Sequence.IndexOfInvalid(utf8));
            utf8[near] = before;
        }
    }
}
