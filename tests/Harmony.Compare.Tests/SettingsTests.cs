using Harmony.Compare.Tools;

namespace Harmony.Compare.Tests;

public class SettingsTests
{
    private static readonly Settings Fit = new() { Files = [], Peers = [PeerTool.Parse("x=y")] };

    [Fact]
    public void Check_Defaults_Pass() => Fit.Check();

    [Theory]
    [InlineData(0, 9)]
    [InlineData(1, 2)]
    public void Check_TooFewRuns_Fails(int rounds, int passes) => Assert.Throws<CompareException>(
        (Fit with { Rounds = rounds, Passes = passes }).Check);

    [Theory]
    [InlineData("x")]
    [InlineData("Harmony")]
    [InlineData("tiktoken (npm)")]
    public void Check_SameNameTwice_Fails(string name)
    {
        Settings settings = Fit with { Peers = [.. Fit.Peers, PeerTool.Parse($"{name}=z")] };
        CompareException e = Assert.Throws<CompareException>(settings.Check);
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
    }
}
