namespace Harmony.Bpe.Tests;

/// <summary>Options are compared and shown by value.</summary>
public sealed class EncodeOptionsTests
{
    private static readonly EncodeOptions Two = EncodeOptions.Allow("<|start|>", "<|end|>");

    [Fact]
    public void Equals_SameSettings_IsTrueInAnyOrderOfNames()
    {
        EncodeOptions same = EncodeOptions.Allow("<|end|>", "<|start|>", "<|end|>");

        Assert.Equal(Two, same);
        Assert.Equal(Two.GetHashCode(), same.GetHashCode());
        Assert.Equal(EncodeOptions.Default, EncodeOptions.Allow());
        Assert.Equal(
            EncodeOptions.Ordinary, EncodeOptions.Default with { OtherSpecial = SpecialTextHandling.Ordinary });
    }

    [Fact]
    public void Equals_OtherSettings_IsFalse()
    {
        EncodeOptions[] different =
        [
            Two, EncodeOptions.Allow("<|end|>"), EncodeOptions.Allow("<|end|>", "<|call|>"),
            Two with { OtherSpecial = SpecialTextHandling.Ordinary }, Two with { RejectInvalidUtf8 = true },
            EncodeOptions.Default, EncodeOptions.Ordinary, EncodeOptions.AllSpecial,
        ];

        Assert.Equal(different.Length, different.Distinct().Count());
        Assert.Equal(different.Length, different.Select(static options => options.ToString()).Distinct().Count());
        Assert.False(Two.Equals(null));
    }

    [Fact]
    public void ToString_AnyOptions_ShowsWhatIsAllowed()
    {
        const string Rest = ", OtherSpecial = Refuse, RejectInvalidUtf8 = False }";

        Assert.Equal("EncodeOptions { Allowed = [<|end|>, <|start|>]" + Rest, Two.ToString());
        Assert.Equal("EncodeOptions { Allowed = []" + Rest, EncodeOptions.Default.ToString());
        Assert.Equal("EncodeOptions { Allowed = all" + Rest, EncodeOptions.AllSpecial.ToString());
    }
}
