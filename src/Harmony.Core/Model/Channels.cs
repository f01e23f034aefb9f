namespace Harmony.Core;

/// <summary>The channels that gpt-oss models are trained on.</summary>
public static class Channels
{
    /// <summary>The chain of thought; not for the user.</summary>
    public const string Analysis = "analysis";

    /// <summary>Function calls and preambles to them.</summary>
    public const string Commentary = "commentary";

    /// <summary>The answer to the user.</summary>
    public const string Final = "final";
}
