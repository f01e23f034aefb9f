using System.Text.Json;
using Harmony.Core;

namespace Harmony.Engines.Http;

/// <summary>The API <c>/generate</c> of SGLang's server. Its events repeat all ids so far, unless the server
/// was started to stream increments.</summary>
internal sealed class SglangProtocol : IEngineProtocol
{
    public string Path => "generate";

    public void WriteRequest(Utf8JsonWriter json, TokenRequest request, string? model)
    {
        json.WriteOptional("model"u8, model);
        json.WriteIds("input_ids"u8, request.PromptIds.Span);
        json.WriteBoolean("stream"u8, true);
        json.WriteOptional("extra_key"u8, request.CacheSalt);
        if (request.LogProbabilities is int count)
        {
            json.WriteBoolean("return_logprob"u8, true);
            json.WriteNumber("top_logprobs_num"u8, count);
        }

        json.WriteStartObject("sampling_params"u8);
        json.WriteLimit("max_new_tokens"u8, request.MaxTokens);
        json.WriteOptional("temperature"u8, request.Temperature);
        json.WriteOptional("top_p"u8, request.TopP);
        json.WriteOptional("sampling_seed"u8, request.Seed);
        json.WriteIds("stop_token_ids"u8, request.StopIds.AsSpan());
        json.WriteBoolean("no_stop_trim"u8, true);
        json.WriteBoolean("skip_special_tokens"u8, false);
        if (request.Constraint is TokenConstraint constraint)
        {
            json.WriteString(
                constraint.Kind == TokenConstraintKind.JsonSchema ? "json_schema"u8 : "ebnf"u8,
                constraint.Text);
        }

        json.WriteEndObject();
    }

    public void ReadEvent(ref Utf8JsonReader json, EngineEvent read)
    {
        while (JsonReading.NextMember(ref json))
        {
            if (json.ValueTextEquals("output_ids"u8))
            {
                JsonReading.ReadIds(ref json, read);
            }
            else if (json.ValueTextEquals("text"u8))
            {
                JsonReading.ReadText(ref json, read);
            }
            else if (json.ValueTextEquals("meta_info"u8))
            {
                ReadMeta(ref json, read);
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

    private static void ReadMeta(ref Utf8JsonReader json, EngineEvent read)
    {
        if (!JsonReading.EnterObject(ref json))
        {
            return;
        }

        while (JsonReading.NextMember(ref json))
        {
            if (json.ValueTextEquals("cached_tokens"u8))
            {
                read.CachedPromptTokens = JsonReading.ReadInt(ref json);
            }
            else if (json.ValueTextEquals("completion_tokens"u8))
            {
                read.CompletionTokens = JsonReading.ReadInt(ref json);
            }
            else if (json.ValueTextEquals("finish_reason"u8))
            {
                ReadFinish(ref json, read);
            }
            else if (json.ValueTextEquals("output_token_logprobs"u8))
            {
                ReadProbabilities(ref json, read);
            }
            else if (json.ValueTextEquals("output_top_logprobs"u8))
            {
                ReadTop(ref json, read);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static void ReadFinish(ref Utf8JsonReader json, EngineEvent read)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        using JsonDocument document = JsonDocument.ParseValue(ref json);
        JsonElement finish = document.RootElement;
        string? type = finish.TryGetProperty("type", out JsonElement value) ? value.GetString() : null;
        read.FinishReason = type switch
        {
            "stop" => TokenFinishReason.Stop,
            "length" => TokenFinishReason.Length,
            _ => TokenFinishReason.Aborted,
        };
        if (finish.TryGetProperty("matched", out JsonElement matched)
            && matched.ValueKind == JsonValueKind.Number)
        {
            read.StopId = matched.GetInt32();
        }

        if (finish.TryGetProperty("status_code", out JsonElement status)
            && status.ValueKind == JsonValueKind.Number)
        {
            read.Error = ServerError.FromElement(finish, null);
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

    /// <summary>Reads <c>[log probability, id, text]</c>, of which the start was read.</summary>
    private static TokenLogProbability ReadProbability(ref Utf8JsonReader json)
    {
        double logProbability = JsonReading.ReadDouble(ref json) ?? double.NegativeInfinity;
        int id = JsonReading.ReadInt(ref json) ?? -1;
        while (JsonReading.NextItem(ref json))
        {
            json.Skip();
        }

        return new TokenLogProbability(id, logProbability);
    }

    private static void ReadTop(ref Utf8JsonReader json, EngineEvent read)
    {
        if (!JsonReading.EnterArray(ref json))
        {
            return;
        }

        for (int index = 0; JsonReading.NextItem(ref json); index++)
        {
            if (json.TokenType != JsonTokenType.StartArray)
            {
                json.Skip();
                continue;
            }

            var top = new List<TokenLogProbability>();
            while (JsonReading.NextItem(ref json))
            {
                top.Add(ReadProbability(ref json));
            }

            read.SetTop(index, ValueList.FromEnumerable(top));
        }
    }
}
