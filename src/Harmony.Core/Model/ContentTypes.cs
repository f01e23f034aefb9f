namespace Harmony.Core;

/// <summary>The content types that gpt-oss models are trained on.</summary>
public static class ContentTypes
{
    /// <summary>JSON, as the arguments of function calls are: the marker <c>&lt;|constrain|&gt;</c> and the
    /// word <c>json</c>.</summary>
    public const string Json = "<|constrain|>json";

    /// <summary>Code, as in calls of the built-in python tool.</summary>
    public const string Code = "code";
}
