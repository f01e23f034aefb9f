using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harmony.Core.Tests;

/// <summary>Compares responses: an absent member equals a null; members have the same order within what was
/// read or written; errors have the same kind and the phrases that clients match on; the id is only an
/// echo.</summary>
internal static class JsonComparison
{
    private static readonly string[] Phrases =
    [
        "Invalid token for decoding: ", "Invalid utf-8", "unexpected tokens remaining in message header",
        "Unexpected token ", "Unexpected EOS while waiting for message header to complete",
        "channel marker present but no channel value found in header", "Unknown role: ",
        "Tools should have a name!",
        " while expecting start token 200006",
    ];

    /// <summary>Where the two differ; null if nowhere.</summary>
    public static string? Find(JsonElement expected, JsonObject actual)
    {
        using JsonDocument document = JsonDocument.Parse(
            actual.ToJsonString(new JsonSerializerOptions { MaxDepth = 1000 }),
            new JsonDocumentOptions { MaxDepth = 1000 });
        return Find(expected, document.RootElement, "$");
    }

    private static string? Find(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.ValueKind != actual.ValueKind)
        {
            return $"{path}: expected {Shorten(expected)}, got {Shorten(actual)}";
        }

        return expected.ValueKind switch
        {
            JsonValueKind.Object => FindInObject(expected, actual, path),
            JsonValueKind.Array => FindInArray(expected, actual, path),
            JsonValueKind.String when path == "$.error" =>
                FindInError(expected.GetString()!, actual.GetString()!),
            JsonValueKind.String when expected.GetString() != actual.GetString() =>
                Different(expected, actual, path),
            JsonValueKind.Number when !SameNumber(expected, actual) => Different(expected, actual, path),
            _ => null,
        };
    }

    private static string? FindInObject(JsonElement expected, JsonElement actual, string path)
    {
        IEnumerable<string> names = expected.EnumerateObject().Concat(actual.EnumerateObject())
            .Select(static member => member.Name).Where(name => path != "$" || name != "id").Distinct();
        foreach (string name in names)
        {
            JsonElement left = Member(expected, name);
            JsonElement right = Member(actual, name);
            if (left.ValueKind == JsonValueKind.Undefined && right.ValueKind == JsonValueKind.Undefined)
            {
                continue;
            }

            if (Find(left, right, $"{path}.{name}") is string difference)
            {
                return difference;
            }
        }

        return path == "$" || Names(expected).SequenceEqual(Names(actual))
            ? null
            : $"{path}: expected the order {string.Join(", ", Names(expected))}, got {string.Join(", ", Names(actual))}";
    }

    private static IEnumerable<string> Names(JsonElement owner) => owner.EnumerateObject()
        .Where(static member => member.Value.ValueKind != JsonValueKind.Null).Select(static member => member.Name);

    private static JsonElement Member(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value
            : default;

    private static string? FindInArray(JsonElement expected, JsonElement actual, string path)
    {
        for (int i = 0; i < Math.Min(expected.GetArrayLength(), actual.GetArrayLength()); i++)
        {
            if (Find(expected[i], actual[i], $"{path}[{i}]") is string difference)
            {
                return difference;
            }
        }

        return expected.GetArrayLength() == actual.GetArrayLength()
            ? null
            : $"{path}: expected {expected.GetArrayLength()} items, got {actual.GetArrayLength()}";
    }

    private static string? FindInError(string expected, string actual)
    {
        foreach (string phrase in Phrases)
        {
            if (expected.Contains(phrase, StringComparison.Ordinal)
                && !actual.Contains(phrase, StringComparison.Ordinal))
            {
                return $"the error lacks the phrase '{phrase}': {actual}";
            }
        }

        return null;
    }

    // An integer is compared by its digits, which a double may not hold; -0.0 is not 0.0.
    private static bool SameNumber(JsonElement expected, JsonElement actual)
    {
        string left = expected.GetRawText();
        string right = actual.GetRawText();
        return left == right
            || (left.AsSpan().IndexOfAny(".eE") >= 0 && right.AsSpan().IndexOfAny(".eE") >= 0
                && BitConverter.DoubleToInt64Bits(double.Parse(left, CultureInfo.InvariantCulture))
                == BitConverter.DoubleToInt64Bits(double.Parse(right, CultureInfo.InvariantCulture)));
    }

    private static string Different(JsonElement expected, JsonElement actual, string path) =>
        $"{path}: expected {Shorten(expected)}, got {Shorten(actual)}";

    private static string Shorten(JsonElement value)
    {
        string text = value.ValueKind == JsonValueKind.Undefined ? "nothing" : value.GetRawText();
        return text.Length <= 300 ? text : text[..300] + "…";
    }
}
