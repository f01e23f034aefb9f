using System.Globalization;
using System.Text.Json;
using Harmony.Core;

namespace Harmony.Engines.Http;

/// <summary>Both APIs of vLLM's server: their events differ in little. Which, and their requests, say the
/// two derived types.</summary>
internal abstract class VllmProtocol : IEngineProtocol
{
    private const string IdPrefix = "token_id:";

    public abstract string Path { get; }

    public abstract void WriteRequest(Utf8JsonWriter json, TokenRequest request, string? model);

    public void ReadEvent(ref Utf8JsonReader json, EngineEvent read)
    {
        // An older server's error is the event itself.
        Utf8JsonReader whole = json;
        while (JsonReading.NextMember(ref json))
        {
            if (json.ValueTextEquals("choices"u8))
            {
                ReadChoices(ref json, read);
            }
            else if (json.ValueTextEquals("usage"u8))
            {
                ReadUsage(ref json, read);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                read.Error = ServerError.Read(ref json);
            }
            else if (json.ValueTextEquals("object"u8))
            {
                if (JsonReading.ReadString(ref json) == "error")
                {
                    read.Error = ServerError.ReadObject(ref whole);
                }
            }
            else
            {
                json.Skip();
            }
        }
    }

    /// <summary>Writes the settings that both APIs name alike.</summary>
    protected static void WriteSampling(Utf8JsonWriter json, TokenRequest request)
    {
        // Without a limit both would stop after 16 ids.
        json.WriteLimit("max_tokens"u8, request.MaxTokens);
        json.WriteOptional("temperature"u8, request.Temperature);
        json.WriteOptional("top_p"u8, request.TopP);
        json.WriteOptional("seed"u8, request.Seed);
        json.WriteIds("stop_token_ids"u8, request.StopIds.AsSpan());
        json.WriteBoolean("skip_special_tokens"u8, false);
        if (request.LogProbabilities is int count)
        {
            json.WriteNumber("logprobs"u8, count);
        }

        if (request.Constraint is TokenConstraint constraint)
        {
            json.WriteStartObject("structured_outputs"u8);
            if (constraint.Kind == TokenConstraintKind.JsonSchema)
            {
                json.WriteRaw("json"u8, constraint.Text);
            }
            else
            {
                json.WriteString("grammar"u8, constraint.Text);
            }

            json.WriteEndObject();
        }
    }

    protected static void WriteStreaming(Utf8JsonWriter json, TokenRequest request, string? model)
    {
        json.WriteOptional("model"u8, model);
        json.WriteBoolean("stream"u8, true);
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, true);
        json.WriteEndObject();
        json.WriteOptional("cache_salt"u8, request.CacheSalt);
    }

    private static void ReadChoices(ref Utf8JsonReader json, EngineEvent read)
    {
        if (!JsonReading.EnterArray(ref json))
        {
            return;
        }

        while (JsonReading.NextItem(ref json))
        {
            while (JsonReading.NextMember(ref json))
            {
                if (json.ValueTextEquals("token_ids"u8))
                {
                    JsonReading.ReadIds(ref json, read);
                }
                else if (json.ValueTextEquals("text"u8))
                {
                    JsonReading.ReadText(ref json, read);
                }
                else if (json.ValueTextEquals("finish_reason"u8))
                {
                    read.FinishReason = JsonReading.ReadFinishReason(ref json);
                }
                else if (json.ValueTextEquals("stop_reason"u8))
                {
                    read.StopId = JsonReading.ReadInt(ref json);
                }
                else if (json.ValueTextEquals("logprobs"u8))
                {
                    ReadProbabilities(ref json, read);
                }
                else
                {
                    json.Skip();
                }
            }
        }
    }

    private static void ReadUsage(ref Utf8JsonReader json, EngineEvent read)
    {
        if (!JsonReading.EnterObject(ref json))
        {
            return;
        }

        while (JsonReading.NextMember(ref json))
        {
            if (json.ValueTextEquals("completion_tokens"u8))
            {
                read.UsedTokens = JsonReading.ReadInt(ref json) ?? 0;
            }
            else if (json.ValueTextEquals("prompt_tokens_details"u8) && JsonReading.EnterObject(ref json))
            {
                while (JsonReading.NextMember(ref json))
                {
                    if (json.ValueTextEquals("cached_tokens"u8))
                    {
                        read.CachedPromptTokens = JsonReading.ReadInt(ref json);
                    }
                    else
                    {
                        json.Skip();
                    }
                }
            }
            else
            {
                json.Skip();
            }
        }
    }

    /// <summary>Reads either API's log probabilities. They are rare, so a document may be made.</summary>
    private static void ReadProbabilities(ref Utf8JsonReader json, EngineEvent read)
    {
        json.Read();
        using JsonDocument document = JsonDocument.ParseValue(ref json);
        JsonElement all = document.RootElement;
        if (all.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (all.TryGetProperty("content", out JsonElement content)
            && content.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement place in content.EnumerateArray())
            {
                read.Add(ReadToken(place) with
                {
                    Top = place.TryGetProperty("top_logprobs", out JsonElement top)
                        ? ValueList.FromEnumerable(top.EnumerateArray().Select(ReadToken))
                        : [],
                });
            }
        }
        else if (all.TryGetProperty("tokens", out JsonElement tokens))
        {
            ReadLists(all, tokens, read);
        }
    }

    private static void ReadLists(JsonElement all, JsonElement tokens, EngineEvent read)
    {
        JsonElement values = all.GetProperty("token_logprobs");
        bool hasTop = all.TryGetProperty("top_logprobs", out JsonElement top)
            && top.ValueKind == JsonValueKind.Array;
        for (int i = 0; i < tokens.GetArrayLength(); i++)
        {
            read.Add(new TokenLogProbability(IdOf(tokens[i].GetString()), values[i].GetDouble())
            {
                Top = hasTop && top[i].ValueKind == JsonValueKind.Object
                    ? ValueList.FromEnumerable(top[i].EnumerateObject()
                        .Select(static one => new TokenLogProbability(IdOf(one.Name), one.Value.GetDouble()))
                        .OrderByDescending(static one => one.LogProbability))
                    : [],
            });
        }
    }

    private static TokenLogProbability ReadToken(JsonElement token) => new(
        IdOf(token.GetProperty("token").GetString()), token.GetProperty("logprob").GetDouble());

    /// <summary>Reads the id that a token is spelled as; −1 if it is spelled as text.</summary>
    private static int IdOf(string? token) =>
        token is not null && token.StartsWith(IdPrefix, StringComparison.Ordinal)
        && int.TryParse(token.AsSpan(IdPrefix.Length), CultureInfo.InvariantCulture, out int id) ? id : -1;
}
