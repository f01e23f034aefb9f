using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>How long the model may think before it answers.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public enum ReasoningEffort
{
    /// <summary>Little: fast answers.</summary>
    Low,

    /// <summary>The models' default.</summary>
    Medium,

    /// <summary>Much: for hard questions.</summary>
    High,
}
