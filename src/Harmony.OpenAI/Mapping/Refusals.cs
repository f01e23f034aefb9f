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
        if (FindFault(error, utf8Json) is OpenAIRequestException fault)
        {
            return fault;
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

    /// <summary>Finds what is wrong with the JSON itself; null if only a type is wrong.</summary>
    private static OpenAIRequestException? FindFault(JsonException error, ReadOnlySpan<byte> utf8Json)
    {
        // Without a limit, since at one the reader's exception is as for wrong syntax.
        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
                    && reader.CurrentDepth >= MaxDepth)
                {
                    return TooDeep(utf8Json[..(int)reader.TokenStartIndex]);
                }

                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                    && TextFaultOf(reader)?.Message == error.GetBaseException().Message)
                {
                    return Invalid(
                        PathOf(error), "the string is not valid UTF-8, or has half a surrogate pair.", error);
                }
            }

            return null;
        }
        catch (JsonException syntax)
        {
            return BadJson(
                "is not valid JSON", syntax.LineNumber ?? 0, syntax.BytePositionInLine ?? 0, syntax);
        }
    }

    // Reading a token does not look at its characters.
    private static Exception? TextFaultOf(in Utf8JsonReader reader)
    {
        try
        {
            reader.GetString();
            return null;
        }
        catch (InvalidOperationException fault)
        {
            return fault.GetBaseException();
        }
    }

    private static OpenAIRequestException TooDeep(ReadOnlySpan<byte> before) => BadJson(
        $"nests deeper than {MaxDepth} levels",
        before.Count((byte)'\n'),
        before.Length - 1 - before.LastIndexOf((byte)'\n'));

    private static OpenAIRequestException BadJson(
        string problem, long line, long byteInLine, Exception? inner = null) => new(
            $"The body {problem}: line {line + 1}, byte {byteInLine + 1}.",
            code: "invalid_json",
            innerException: inner);

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
