using System.Net;

namespace InferenceServer.Support;

/// <summary>A body of zeros, made while it is sent.</summary>
internal sealed class ZeroContent(long length, bool hasLength) : HttpContent
{
    private long _sentCount;

    /// <summary>How many bytes the client has taken.</summary>
    public long SentCount => Volatile.Read(ref _sentCount);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var zeros = new byte[1 << 16];
        for (long left = length; left > 0; left -= zeros.Length)
        {
            await stream.WriteAsync(zeros.AsMemory(0, (int)Math.Min(left, zeros.Length)));
            Interlocked.Add(ref _sentCount, zeros.Length);
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return hasLength;
    }
}
