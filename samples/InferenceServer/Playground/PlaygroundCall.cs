using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using InferenceServer.Serving;

namespace InferenceServer.Playground;

/// <summary>One call of the page: a request as JSON, and an answer as JSON or an error.</summary>
internal static class PlaygroundCall
{
    /// <summary>The most bytes of JSON in a request. One megabyte of text is more than that in JSON where it
    /// has quotes and line ends.</summary>
    public const int MaxRequestLength = 8 << 20;

    /// <summary>Creates the handler of a call.</summary>
    /// <param name="requestType">How the request is read.</param>
    /// <param name="answerType">How the answer is written.</param>
    /// <param name="answer">Makes the answer; throws a <see cref="PlaygroundException"/> for a request that
    /// has none.</param>
    public static RequestDelegate Create<TRequest, TAnswer>(
        JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, Func<TRequest, TAnswer> answer) =>
        async context =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.CacheControl = "no-store";
            try
            {
                TRequest request = await ReadAsync(context, requestType);
                await context.Response.WriteAsJsonAsync(
                    answer(request), answerType, cancellationToken: context.RequestAborted);
            }
            catch (PlaygroundException e)
            {
                context.Response.StatusCode = e.Status;
                await context.Response.WriteAsJsonAsync(
                    new PlaygroundErrorResponse(e.Error), PlaygroundJson.Default.PlaygroundErrorResponse);
            }
        };

    private static async ValueTask<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        try
        {
            return await RequestBody.ReadAsync(
                context.Request,
                MaxRequestLength,
                body => JsonSerializer.Deserialize(body, type),
                context.RequestAborted) ?? throw new PlaygroundException("The request is null.");
        }
        catch (JsonException e)
        {
            throw new PlaygroundException($"The request is not what it should be: {e.Message}");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new PlaygroundException($"The request has more than {MaxRequestLength:N0} bytes.")
            {
                Status = e.StatusCode,
            };
        }
    }
}
