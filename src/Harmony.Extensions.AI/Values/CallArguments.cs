using System.Text.Json;

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
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement parsed = document.RootElement.Clone();
            if (parsed.ValueKind != JsonValueKind.Object)
            {
                return new JsonException($"expected a JSON object, found {parsed.ValueKind}");
            }

            foreach (JsonProperty property in parsed.EnumerateObject())
            {
                arguments[property.Name] = property.Value;
            }

            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second: a name with half of a surrogate pair.
            arguments.Clear();
            return e;
        }
    }

    /// <summary>Whether a call's arguments are what a text says.</summary>
    public static bool Same(string text, IDictionary<string, object?>? arguments)
    {
        Read(text, out Dictionary<string, object?> read);
        if (read.Count != (arguments?.Count ?? 0))
        {
            return false;
        }

        foreach ((string name, object? value) in read)
        {
            if (!arguments!.TryGetValue(name, out object? other) || !Same((JsonElement)value!, other))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Same(JsonElement one, object? other)
    {
        if (other is JsonElement element)
        {
            return JsonElement.DeepEquals(one, element);
        }

        using JsonDocument written = JsonDocument.Parse(JsonWriting.Write(other));
        return JsonElement.DeepEquals(one, written.RootElement);
    }
}
