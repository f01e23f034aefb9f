using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Harmony.Engines.Http;

/// <summary>Makes exceptions of what servers say when they fail, in any of their forms.</summary>
internal static partial class ServerError
{
    private const int MaxBody = 1 << 16;
    private const int MaxMessage = 1000;

    // What vLLM and SGLang call the size of the context, and the prompt's.
    [GeneratedRegex(@"(?:context length|maximum model length)\D{1,12}(?<n>\d+)")]
    private static partial Regex ContextSize { get; }

    [GeneratedRegex(
        @"(?<n>\d+) (?:input tokens|in the (?:messages|prompt))|(?:input|prompt) \((?:length )?(?<n>\d+)")]
    private static partial Regex PromptSize { get; }

    /// <summary>Reads an answer that is not a stream.</summary>
    public static async Task<TokenGenerationException> ReadAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = await ReadBodyAsync(response.Content, cancellationToken).ConfigureAwait(false);
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return FromElement(document.RootElement, response.StatusCode);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Text with half of a surrogate pair cannot be read. Other bodies, such as a proxy's page, may
            // repeat the request.
            string message = $"The server answered {Describe(response.StatusCode)}.";
            return Make(response.StatusCode, message, type: null, promptTokens: null, contextSize: null);
        }
    }

    /// <summary>Reads the value of a member <c>error</c>.</summary>
    public static TokenGenerationException Read(ref Utf8JsonReader json)
    {
        json.Read();
        return ReadObject(ref json);
    }

    /// <summary>Reads an object that is an error, or has one.</summary>
    public static TokenGenerationException ReadObject(ref Utf8JsonReader json)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref json);
        return FromElement(document.RootElement, null);
    }

    /// <summary>Makes an exception of an error's JSON.</summary>
    /// <param name="element">The error, or what has it as its member <c>error</c>.</param>
    /// <param name="status">The answer's status; null for the one that the error names.</param>
    public static TokenGenerationException FromElement(JsonElement element, HttpStatusCode? status)
    {
        JsonElement error = Member(element, "error") is { ValueKind: JsonValueKind.Object } inner
            ? inner
            : element;
        string? message = error.ValueKind == JsonValueKind.String ? error.GetString()
            : Text(error, "message") ?? Text(error, "error") ?? Text(error, "detail") ?? FirstDetail(error);
        status ??= (HttpStatusCode?)(Number(error, "status_code") ?? Number(error, "code"));
        return Make(
            status,
            message ?? $"The server answered {Describe(status)} without a message.",
            Text(error, "type") is string type and not "abort" ? type : Text(error, "err_type"),
            Number(error, "n_prompt_tokens"),
            Number(error, "n_ctx"));
    }

    /// <summary>Names a status, for a message.</summary>
    private static string Describe(HttpStatusCode? status) =>
        status is HttpStatusCode code ? $"{(int)code} {code}" : "an error";

    private static TokenGenerationException Make(
        HttpStatusCode? status, string message, string? type, int? promptTokens, int? contextSize)
    {
        TokenGenerationError kind = KindOf(status);
        if (type == "exceed_context_size_error"
            || (kind == TokenGenerationError.InvalidRequest && ContextSize.IsMatch(message)))
        {
            kind = TokenGenerationError.ContextLengthExceeded;
            promptTokens ??= Find(PromptSize, message);
            contextSize ??= Find(ContextSize, message);
        }

        return new TokenGenerationException(
            kind, message.Length <= MaxMessage ? message : message[..MaxMessage])
        {
            StatusCode = status,
            ServerErrorType = type,
            PromptTokens = promptTokens,
            ContextSize = contextSize,
        };
    }

    private static TokenGenerationError KindOf(HttpStatusCode? status) => (int?)status switch
    {
        408 => TokenGenerationError.TimedOut,
        429 or 529 => TokenGenerationError.Overloaded,
        502 or 503 or 504 => TokenGenerationError.Unavailable,
        >= 400 and < 500 => TokenGenerationError.InvalidRequest,
        _ => TokenGenerationError.Unknown,
    };

    private static int? Find(Regex pattern, string message) =>
        pattern.Match(message) is { Success: true } match
        && int.TryParse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value)
            ? value
            : null;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static int? Number(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetInt32(out int number)
            ? number
            : null;

    /// <summary>Reads FastAPI's first finding, without the input that it repeats.</summary>
    private static string? FirstDetail(JsonElement error) =>
        Member(error, "detail") is { ValueKind: JsonValueKind.Array } details && details.GetArrayLength() > 0
            ? Text(details[0], "msg")
            : null;

    private static async Task<byte[]> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var body = new byte[MaxBody];
        int length = await stream.ReadAtLeastAsync(
            body, MaxBody, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return body[..length];
    }
}
