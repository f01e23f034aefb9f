using Harmony.Bpe;
using Harmony.Core;

namespace InferenceServer.Support;

/// <summary>Requests, and what is sampled for them.</summary>
internal static class Prompts
{
    public const string Hello =
        "<|channel|>analysis<|message|>A greeting.<|end|><|start|>assistant<|channel|>final<|message|>Ahoy, wörld!"
        + "<|return|>";

    public const string Call =
        "<|channel|>analysis<|message|>Look it up.<|end|><|start|>assistant<|channel|>commentary<|message|>"
        + "One moment.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json"
        + "<|message|>{\"place\":\"Oslo\"}<|call|>";

    public const string Chat = "/v1/chat/completions";

    public const string Responses = "/v1/responses";

    public static string Ask(string text = "Hi", bool stream = false, string members = "") =>
        $$"""{"messages":[{"role":"user","content":"{{text}}"}],"stream":{{(stream ? "true" : "false")}}{{members}}}""";

    public static int[] Ids(string text) => HarmonyEncoding.OpenAI.Encode(text, EncodeOptions.AllSpecial);
}
