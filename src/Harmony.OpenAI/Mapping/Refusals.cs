using System.Text;
using System.Text.Json;

namespace Harmony.OpenAI.Mapping;

/// <summary>Makes the exceptions for requests that are refused.</summary>
internal static class Refusals
{
    /// <summary>How deep a body may nest: as schemas may.</summary>
    public const int MaxDepth = 256;

    public static OpenAIRequestException Missing(string path) =>
        new($"Missing required parameter: '{path}'.", path, "missing_required_parameter");

    public static OpenAIRequestException Invalid(string path, string problem, Exception? inner = null) =>
        new($"Invalid value for '{path}': {problem}", path, "invalid_value", inner);

    /// <summary>For what OpenAI's service can do and a Harmony server cannot.</summary>
    public static OpenAIRequestException Unsupported(string path, string problem) =>
        new($"Unsupported value for '{path}': {problem}", path, "unsupported_value");

    public static OpenAIRequestException NoObject(Exception? inner) =>
        new("The body must be a JSON object.", code: "invalid_json", innerException: inner);

    /// <summary>Says what is wrong with a body that could not be read.</summary>
    public static OpenAIRequestException Unreadable(JsonException error, ReadOnlySpan<byte> utf8Json)
    {
        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException syntax)
        {
            return new OpenAIRequestException(
                $"The body is not valid JSON: line {syntax.LineNumber + 1}, byte "
                + $"{syntax.BytePositionInLine + 1}.",
                code: "invalid_json",
                innerException: syntax);
        }

        string path = PathOf(error);
        return path.Length == 0
            ? NoObject(error)
            : new OpenAIRequestException(
                $"Invalid type for '{path}': the value is not of the type that this parameter has.",
                path,
                "invalid_type",
                error);
    }

    /// <summary>Joins the paths of nested exceptions, without the root's <c>$.</c>.</summary>
    private static string PathOf(JsonException error)
    {
        var path = new StringBuilder();
        for (JsonException? one = error; one is not null; one = one.InnerException as JsonException)
        {
            if (one.Path is ['$', .. string rest])
            {
                path.Append(rest);
            }
        }

        return path.ToString().TrimStart('.');
    }
}
