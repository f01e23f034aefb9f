namespace Harmony.Tests;

/// <summary>What models sample, with special tokens spelled out.</summary>
internal static class Completions
{
    /// <summary>Reasoning, then an answer.</summary>
    public const string Hello =
        "<|channel|>analysis<|message|>A greeting.<|end|><|start|>assistant<|channel|>final<|message|>Ahoy, wörld!"
        + "<|return|>";

    /// <summary>Reasoning, a preamble, then a call.</summary>
    public const string Call =
        "<|channel|>analysis<|message|>Look it up.<|end|><|start|>assistant<|channel|>commentary<|message|>"
        + "One moment.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json"
        + "<|message|>{\"place\":\"Oslo\"}<|call|>";
}
