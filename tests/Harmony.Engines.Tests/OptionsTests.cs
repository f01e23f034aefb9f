using Harmony.Engines.Tests.Support;

namespace Harmony.Engines.Tests;

/// <summary>Settings that make no sense are refused where they are set, by name.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void Settings_OutOfRange_AreRefusedByName()
    {
        AssertRefused("MaxTokens", static () => new TurnOptions { MaxTokens = 0 });
        AssertRefused("Temperature", static () => new TurnOptions { Temperature = double.NaN });
        AssertRefused("Temperature", static () => new TurnOptions { Temperature = -1 });
        AssertRefused("TopP", static () => new TurnOptions { TopP = 0 });
        AssertRefused("TopP", static () => new TurnOptions { TopP = 1.5 });
        AssertRefused("LogProbabilities", static () => new TurnOptions { LogProbabilities = -1 });
        AssertRefused("MaxTokens", static () => Reading.Prompt with { MaxTokens = -1 });
        AssertRefused("IdleTimeout", static () => new HttpGeneratorOptions { IdleTimeout = TimeSpan.Zero });
        AssertRefused("IdleTimeout", static () => new HttpGeneratorOptions { IdleTimeout = TimeSpan.FromDays(50) });
        AssertRefused(
            "FirstTokenTimeout", static () => new HttpGeneratorOptions { FirstTokenTimeout = TimeSpan.FromDays(50) });
        AssertRefused("RetryDelay", static () => new HttpGeneratorOptions { RetryDelay = TimeSpan.FromDays(50) });
        AssertRefused("MaxRetries", static () => new HttpGeneratorOptions { MaxRetries = -1 });
        AssertRefused("MaxSessions", static () => new TurnRunnerOptions { MaxSessions = -1 });
        AssertRefused("route", static () => new VllmGenerator(new HttpClient(), route: (VllmRoute)9));
    }

    [Fact]
    public void Settings_AtTheirEdges_AreTaken()
    {
        TurnOptions options = new() { MaxTokens = 1, Temperature = 0, TopP = 1, LogProbabilities = 0 };
        HttpGeneratorOptions http = new() { IdleTimeout = Timeout.InfiniteTimeSpan, MaxRetries = 0 };

        Assert.Equal((1, 0d, 1d), (options.MaxTokens, options.Temperature, options.TopP));
        Assert.Equal(Timeout.InfiniteTimeSpan, http.IdleTimeout);
    }

    [Fact]
    public void ToString_OfARequest_HasNoIds() =>
        Assert.Equal("TokenRequest of 7 prompt ids", Reading.Prompt.ToString());

    private static void AssertRefused(string name, Func<object> make) =>
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
}
