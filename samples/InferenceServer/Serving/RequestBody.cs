using System.Buffers;
using System.IO.Pipelines;

namespace InferenceServer.Serving;

/// <summary>Reads the bodies of requests.</summary>
internal static class RequestBody
{
    /// <summary>Reads a whole body. Its length is limited by the web server.</summary>
    /// <param name="request">The request.</param>
    /// <param name="read">Makes something of the body, whose memory is used again afterwards.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="BadHttpRequestException">The body is too long, or broken.</exception>
    public static async Task<T> ReadAsync<T>(
        HttpRequest request, Func<ReadOnlySpan<byte>, T> read, CancellationToken cancellationToken)
    {
        PipeReader body = request.BodyReader;
        ReadResult result;
        while (!(result = await body.ReadAsync(cancellationToken)).IsCompleted)
        {
            body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        try
        {
            return result.Buffer.IsSingleSegment
                ? read(result.Buffer.FirstSpan)
                : ReadJoined(result.Buffer, read);
        }
        finally
        {
            body.AdvanceTo(result.Buffer.End);
        }
    }

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
