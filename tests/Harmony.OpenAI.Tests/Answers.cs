using Harmony.Core;

namespace Harmony.OpenAI.Tests;

/// <summary>What models sample, and the prompts before it.</summary>
internal static class Answers
{
    public const string Hello =
        "<|channel|>analysis<|message|>A greeting.<|end|><|start|>assistant<|channel|>final<|message|>Ahoy, wörld!"
        + "<|return|>";

    public const string Call =
        "<|channel|>analysis<|message|>Look it up.<|end|><|start|>assistant<|channel|>commentary<|message|>"
        + "One moment.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json"
        + "<|message|>{\"place\":\"Oslo\"}<|call|>";

    public const string Tools = """
        [{"type":"function","function":{"name":"get-weather","description":"The weather.",
        "parameters":{"type":"object","properties":{"place":{"type":"string"}}}}}]
        """;

    public static int[] Ids(string text) =>
        HarmonyEncoding.OpenAI.Encode(text, Bpe.EncodeOptions.AllSpecial);

    public static string Text(HarmonyPrompt prompt) =>
        HarmonyEncoding.OpenAI.Decode(prompt.Render(HarmonyEncoding.OpenAI));

    public static HarmonyPrompt Respond(
        string json, OpenAIMappingOptions? options = null, ResponseStore? store = null) =>
        ResponseMapper.ToPrompt(
            OpenAIJson.ReadResponseRequest(System.Text.Encoding.UTF8.GetBytes(json)), options, store);

    public static HarmonyPrompt Chat(
        string json, OpenAIMappingOptions? options = null, ResponseStore? store = null) =>
        ChatCompletionMapper.ToPrompt(
            OpenAIJson.ReadChatCompletionRequest(System.Text.Encoding.UTF8.GetBytes(json)), options, store);
}
