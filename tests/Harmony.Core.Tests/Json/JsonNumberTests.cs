using System.Text;
using Harmony.Core.Json;

namespace Harmony.Core.Tests.Json;

/// <summary>Expected values follow from the algorithm that the format's description gives, and from the
/// golden vectors.</summary>
public class JsonNumberTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "-0.0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("0e5", "0.0")]
    [InlineData("0e999999999999", "0.0")]
    [InlineData("1e-999999999999", "0.0")]
    [InlineData("-1e-999999999999", "-0.0")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("18446744073709551616", "1.8446744073709552e19")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("-9223372036854775809", "-9.223372036854776e18")]
    [InlineData("-18446744073709551615", "-1.8446744073709552e19")]
    [InlineData("123456789012345678901234567890", "1.2345678901234568e29")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("9007199254740993.0", "9007199254740994.0")]
    [InlineData("1234567890123456.7", "1234567890123456.8")]
    [InlineData("1.0", "1.0")]
    [InlineData("1.10", "1.1")]
    [InlineData("100e-2", "1.0")]
    [InlineData("1E5", "100000.0")]
    [InlineData("1e15", "1000000000000000.0")]
    [InlineData("1e16", "1e16")]
    [InlineData("1.5e+16", "1.5e16")]
    [InlineData("1e-5", "0.00001")]
    [InlineData("1.25e-5", "0.0000125")]
    [InlineData("1e-6", "1e-6")]
    [InlineData("0.000001234", "1.234e-6")]
    [InlineData("-12.5", "-12.5")]
    [InlineData("123456789012345.6", "123456789012345.6")]
    [InlineData("1e308", "1e308")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e308")]
    [InlineData("2.2250738585072014e-308", "2.2250738585072014e-308")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("1e-400", "0.0")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    public void TryCanonicalize_Number_PrintsAsTheReference(string spelled, string expected)
    {
        byte[] utf8 = new byte[Math.Max(spelled.Length, JsonNumber.MaxLength)];
        Assert.True(JsonNumber.TryCanonicalize(Encoding.UTF8.GetBytes(spelled), utf8, out int written));
        Assert.Equal(expected, Encoding.UTF8.GetString(utf8.AsSpan(0, written)));
    }

    [Theory]
    [InlineData("1e309")]
    [InlineData("-1e309")]
    [InlineData("1e999999999999")]
    [InlineData("2e308")]
    [InlineData("1.8e308")]
    public void TryCanonicalize_BeyondTheRange_Fails(string spelled) =>
        Assert.False(JsonNumber.TryCanonicalize(
            Encoding.UTF8.GetBytes(spelled), new byte[JsonNumber.MaxLength], out _));

    [Fact]
    public void TryCanonicalize_MoreDigitsThanFit_IgnoresThem()
    {
        // 64 bits hold the first twenty digits: a fraction after them is dropped, and one more integer digit
        // is read as a zero.
        Assert.Equal("1.8446744073709552e19", Canonical("18446744073709551615.9"));
        Assert.Equal(Canonical("184467440737095516150"), Canonical("184467440737095516159"));
    }

    private static string Canonical(string spelled)
    {
        byte[] utf8 = new byte[64];
        Assert.True(JsonNumber.TryCanonicalize(Encoding.UTF8.GetBytes(spelled), utf8, out int written));
        return Encoding.UTF8.GetString(utf8.AsSpan(0, written));
    }
}
