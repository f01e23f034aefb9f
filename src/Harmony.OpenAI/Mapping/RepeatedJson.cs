using System.Text.Json;

namespace Harmony.OpenAI.Mapping;

/// <summary>Refuses JSON that an answer is to repeat and cannot: escapes of half a surrogate pair are valid
/// JSON, but no text that can be written.</summary>
internal static class RepeatedJson
{
    /// <summary>Checks a member's value.</summary>
    /// <param name="value">The value; null for none.</param>
    /// <param name="path">Its place. If it is an object, the refusal names the key.</param>
    public static void Check(JsonElement? value, string path)
    {
        if (value is JsonElement some && !CanWrite(some))
        {
            throw Refusals.Invalid(PathOfBroken(some, path), "half of a surrogate pair is no text.");
        }
    }

    private static string PathOfBroken(JsonElement value, string path)
    {
        try
        {
            return value.ValueKind == JsonValueKind.Object
                && value.EnumerateObject().FirstOrDefault(static pair => !CanWrite(pair.Value)) is { Name: string key }
                ? $"{path}.{key}"
                : path;
        }
        catch (InvalidOperationException)
        {
            // The key itself is broken.
            return path;
        }
    }

    private static bool CanWrite(JsonElement value)
    {
        using var writer = new Utf8JsonWriter(Stream.Null);
        try
        {
            value.WriteTo(writer);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
