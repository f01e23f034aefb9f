using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Values;

/// <summary>Reads the arguments of calls.</summary>
internal static class CallArguments
{
    /// <summary>Reads arguments.</summary>
    /// <param name="text">What the model wrote. White space alone is no arguments.</param>
    /// <param name="arguments">The arguments by name, as JSON; empty if there are none or they cannot be
    /// read.</param>
    /// <returns>Null, or what is wrong with the text.</returns>
    public static Exception? Read(string text, out Dictionary<string, object?> arguments)
    {
        arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
            JsonElement parsed = document.RootElement.Clone();
            if (parsed.ValueKind != JsonValueKind.Object)
            {
                return new JsonException($"expected a JSON object, found {parsed.ValueKind}");
            }

            if (!JsonStrings.AreText(parsed))
            {
                return new JsonException("a string has half of a surrogate pair");
            }

            foreach (JsonProperty property in parsed.EnumerateObject())
            {
                arguments[property.Name] = property.Value;
            }

            return null;
        }
        catch (JsonException e)
        {
            return e;
        }
    }

    /// <summary>Whether a call's arguments are what a text says.</summary>
    /// <exception cref="NotSupportedException">A value cannot be written as JSON.</exception>
    public static bool Same(string text, FunctionCallContent call)
    {
        Read(text, out Dictionary<string, object?> read);
        if (read.Count != (call.Arguments?.Count ?? 0))
        {
            return false;
        }

        foreach ((string name, object? value) in read)
        {
            if (!call.Arguments!.TryGetValue(name, out object? other)
                || !Same((JsonElement)value!, other, call.CallId))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Same(JsonElement one, object? other, string callId)
    {
        if (other is JsonElement element)
        {
            return JsonStrings.AreText(element) && JsonElement.DeepEquals(one, element);
        }

        using JsonDocument written = JsonDocument.Parse(JsonWriting.Write(other, callId));
        return JsonElement.DeepEquals(one, written.RootElement);
    }
}
