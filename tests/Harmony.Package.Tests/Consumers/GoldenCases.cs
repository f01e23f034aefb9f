using System;
using System.IO;
using System.Text.Json;
using Harmony.Core;

/// <summary>Compares what the packages compute with the reference's answers.</summary>
internal static class GoldenCases
{
    private static readonly RenderOptions AsTheReference =
        RenderOptions.Completion with { Analysis = AnalysisPolicy.KeepAll, CheckHeaders = false };

    /// <summary>Runs the cases of a file of requests and responses.</summary>
    /// <returns>How many cases were compared.</returns>
    /// <exception cref="InvalidOperationException">A case differs.</exception>
    public static int Check(string file)
    {
        int cases = 0;
        foreach (string line in File.ReadLines(file))
        {
            using JsonDocument golden = JsonDocument.Parse(line);
            JsonElement response = golden.RootElement.GetProperty("response");
            if (response.TryGetProperty("tokens", out JsonElement expected))
            {
                int[] ids = Run(golden.RootElement.GetProperty("request"));
                if (!ids.AsSpan().SequenceEqual(Numbers(expected)))
                {
                    throw new InvalidOperationException($"other ids: {line}");
                }

                cases++;
            }
        }

        return cases;
    }

    private static int[] Run(JsonElement request) => request.GetProperty("op").GetString() switch
    {
        "encode_ordinary" => HarmonyEncoding.OpenAI.Tokenizer.Encode(
            request.GetProperty("text").GetString()!, Harmony.Bpe.EncodeOptions.Ordinary),
        "render_conversation_for_completion" => HarmonyEncoding.OpenAI.Render(
            Conversation.Parse(request.GetProperty("conversation").GetRawText()), AsTheReference),
        var other => throw new InvalidOperationException($"no such case here: {other}"),
    };

    private static int[] Numbers(JsonElement array)
    {
        var numbers = new int[array.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = array[i].GetInt32();
        }

        return numbers;
    }
}
