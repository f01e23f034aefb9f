using System.Text.Json;
using Harmony.Extensions.AI.Values;
using Microsoft.Extensions.AI;
using TextContent = Microsoft.Extensions.AI.TextContent;

namespace Harmony.Extensions.AI.Requests;

/// <summary>Writes the results of functions as the model reads them.</summary>
internal static class ResultText
{
    private const string ErrorPrefix = "Error:";

    /// <summary>Returns a result's text: strings as they are, everything else as JSON.</summary>
    /// <param name="result">The result.</param>
    /// <param name="unread">What is wrong with the arguments that the model wrote; null if they were read.
    /// Then the function ran without any, and the model is told so.</param>
    /// <exception cref="NotSupportedException">The result is no text and no JSON.</exception>
    public static string Of(FunctionResultContent result, Exception? unread)
    {
        string text = Of(result.Result, result.CallId);
        if (text.Length == 0 && result.Exception is Exception failure)
        {
            text = $"{ErrorPrefix} {failure.Message}";
        }

        if (unread is null)
        {
            return text;
        }

        string error = $"{ErrorPrefix} the arguments are not a JSON object ({unread.Message.TrimEnd('.')}). "
            + "Call the function again with a JSON object.";
        return text.StartsWith(ErrorPrefix, StringComparison.Ordinal)
            ? error
            : $"{error} It ran without arguments and returned: {text}";
    }

    private static string Of(object? result, string callId) => result switch
    {
        null => "",
        string text => text,

        // A string that went through JSON, as in a stored session.
        JsonElement { ValueKind: JsonValueKind.String } text => JsonStrings.TextOf(text),
        TextContent content => content.Text,
        AIContent other => throw Refusal(other, callId),
        IEnumerable<AIContent> contents => string.Concat(contents.Select(content => Of(content, callId))),
        _ => JsonWriting.Write(result, callId),
    };

    private static NotSupportedException Refusal(AIContent content, string callId) => new(
        $"The result of the call '{callId}' is a {content.GetType().Name}, which Harmony cannot carry. "
        + "Return text or a value that is written as JSON.");
}
