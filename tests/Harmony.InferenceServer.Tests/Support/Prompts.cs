using Harmony.Bpe;
using Harmony.Core;
using Harmony.Tests;

namespace InferenceServer.Support;

/// <summary>Requests, and what is sampled for them.</summary>
internal static class Prompts
{
    public const string Hello = Completions.Hello;

    public const string Call = Completions.Call;

    public const string Chat = "/v1/chat/completions";

    public const string Responses = "/v1/responses";

    public static string Ask(string text = "Hi", bool stream = false, string members = "") =>
        $$"""{"messages":[{"role":"user","content":"{{text}}"}],"stream":{{(stream ? "true" : "false")}}{{members}}}""";

    public static int[] Ids(string text) => HarmonyEncoding.OpenAI.Encode(text, EncodeOptions.AllSpecial);
}
