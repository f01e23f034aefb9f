using System.Text.Json;

namespace Harmony.Engines.Http;

/// <summary>Writes what requests have in common.</summary>
internal static class JsonWriting
{
    public static void WriteIds(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<int> ids)
    {
        json.WriteStartArray(name);
        foreach (int id in ids)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a number, or null, which servers read as no limit where a missing member is a small
    /// one.</summary>
    public static void WriteLimit(this Utf8JsonWriter json, ReadOnlySpan<byte> name, int? value)
    {
        if (value is int number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void WriteOptional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is double number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void WriteOptional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is long number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void WriteOptional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>Writes the JSON of a constraint as it is.</summary>
    /// <exception cref="TokenGenerationException">It is no JSON, or no text.</exception>
    public static void WriteRaw(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        json.WritePropertyName(name);
        try
        {
            json.WriteRawValue(value);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new TokenGenerationException(
                TokenGenerationError.InvalidRequest,
                $"The schema of the constraint is no JSON: {error.Message}",
                error);
        }
    }
}
