using System.Text.Json;
using Harmony.Core;

namespace Harmony.Engines.Http;

/// <summary>The API <c>/completion</c> of llama.cpp's server.</summary>
internal sealed class LlamaCppProtocol : IEngineProtocol
{
    public string Path => "completion";

    public void WriteRequest(Utf8JsonWriter json, TokenRequest request, string? model)
    {
        json.WriteOptional("model"u8, model);
        json.WriteIds("prompt"u8, request.PromptIds.Span);
        json.WriteBoolean("stream"u8, true);
        json.WriteBoolean("return_tokens"u8, true);
        json.WriteBoolean("cache_prompt"u8, true);
        json.WriteNumber("n_predict"u8, request.MaxTokens ?? -1);

        // The server's own defaults are made for other models.
        json.WriteNumber("temperature"u8, request.Temperature ?? 1);
        json.WriteNumber("top_k"u8, 0);
        json.WriteNumber("top_p"u8, request.TopP ?? 1);
        json.WriteNumber("min_p"u8, 0);
        json.WriteOptional("seed"u8, request.Seed);
        if (request.LogProbabilities is int count)
        {
            json.WriteNumber("n_probs"u8, Math.Max(count, 1));
        }

        switch (request.Constraint)
        {
            case { Kind: TokenConstraintKind.Grammar } grammar:
                json.WriteString("grammar"u8, grammar.Text);
                break;
            case { Kind: TokenConstraintKind.JsonSchema } schema:
                json.WriteRaw("json_schema"u8, schema.Text);
                break;
        }
    }

    public void ReadEvent(ref Utf8JsonReader json, EngineEvent read)
    {
        while (JsonReading.NextMember(ref json))
        {
            if (json.ValueTextEquals("tokens"u8))
            {
                JsonReading.ReadIds(ref json, read);
            }
            else if (json.ValueTextEquals("content"u8))
            {
                JsonReading.ReadText(ref json, read);
            }
            else if (json.ValueTextEquals("stop"u8))
            {
                json.Read();
                read.IsEnd = json.TokenType == JsonTokenType.True;
            }
            else if (json.ValueTextEquals("stop_type"u8))
            {
                read.FinishReason = JsonReading.ReadString(ref json) switch
                {
                    "limit" => TokenFinishReason.Length,
                    "eos" or "word" => TokenFinishReason.Stop,
                    _ => read.FinishReason,
                };
            }
            else if (json.ValueTextEquals("timings"u8))
            {
                ReadTimings(ref json, read);
            }
            else if (json.ValueTextEquals("completion_probabilities"u8))
            {
                ReadProbabilities(ref json, read);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                read.Error = ServerError.Read(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static void ReadTimings(ref Utf8JsonReader json, EngineEvent read)
    {
        if (!JsonReading.EnterObject(ref json))
        {
            return;
        }

        while (JsonReading.NextMember(ref json))
        {
            if (json.ValueTextEquals("cache_n"u8))
            {
                read.CachedPromptTokens = JsonReading.ReadInt(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static void ReadProbabilities(ref Utf8JsonReader json, EngineEvent read)
    {
        if (JsonReading.EnterArray(ref json))
        {
            while (JsonReading.NextItem(ref json))
            {
                read.Add(ReadProbability(ref json));
            }
        }
    }

    private static TokenLogProbability ReadProbability(ref Utf8JsonReader json)
    {
        int id = -1;
        double logProbability = 0;
        List<TokenLogProbability>? top = null;
        while (JsonReading.NextMember(ref json))
        {
            if (json.ValueTextEquals("id"u8))
            {
                id = JsonReading.ReadInt(ref json) ?? -1;
            }
            else if (json.ValueTextEquals("logprob"u8))
            {
                logProbability = JsonReading.ReadDouble(ref json) ?? double.NegativeInfinity;
            }
            else if (json.ValueTextEquals("top_logprobs"u8) && JsonReading.EnterArray(ref json))
            {
                top = [];
                while (JsonReading.NextItem(ref json))
                {
                    top.Add(ReadProbability(ref json));
                }
            }
            else
            {
                json.Skip();
            }
        }

        return new TokenLogProbability(id, logProbability)
        {
            Top = top is null ? [] : ValueList.FromEnumerable(top),
        };
    }
}
