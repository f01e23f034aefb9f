using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace InferenceServer.Serving;

/// <summary>Reads the bodies of requests.</summary>
internal static class RequestBody
{
    /// <summary>Reads a whole body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">The longest body.</param>
    /// <param name="read">Makes something of the body, whose memory is used again afterwards.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="BadHttpRequestException">The body is too long, or broken.</exception>
    public static async Task<T> ReadAsync<T>(
        HttpRequest request, int maxBytes, Func<ReadOnlySpan<byte>, T> read, CancellationToken cancellationToken)
    {
        // The web server's own limit would reset the connection, and most clients would not see the answer
        // since they still send. This way it takes what they send for some seconds, and drops it.
        request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        if (request.ContentLength > maxBytes)
        {
            throw TooLarge();
        }

        PipeReader body = request.BodyReader;
        ReadResult result;
        while (!(result = await body.ReadAsync(cancellationToken)).IsCompleted && result.Buffer.Length <= maxBytes)
        {
            body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        try
        {
            return result.Buffer.Length > maxBytes ? throw TooLarge()
                : result.Buffer.IsSingleSegment ? read(result.Buffer.FirstSpan)
                : ReadJoined(result.Buffer, read);
        }
        finally
        {
            body.AdvanceTo(result.Buffer.End);
        }
    }

    private static BadHttpRequestException TooLarge() =>
        new("The body is too long.", StatusCodes.Status413PayloadTooLarge);

    private static T ReadJoined<T>(ReadOnlySequence<byte> body, Func<ReadOnlySpan<byte>, T> read)
    {
        int length = checked((int)body.Length);
        byte[] joined = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(joined);
            return read(joined.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }
    }
}
