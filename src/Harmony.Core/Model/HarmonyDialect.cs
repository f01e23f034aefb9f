namespace Harmony.Core;

/// <summary>The libraries whose readings of the format differ.</summary>
public enum HarmonyDialect
{
    /// <summary>openai-harmony.</summary>
    OpenAI,

    /// <summary>Its fork oss-harmony: on the channel <c>commentary</c> the channel is written before the
    /// recipient, every content type gets the constrain marker, and repeated channel markers in a header are
    /// ignored when parsing.</summary>
    OssHarmony,
}
