using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Harmony.Engines.Tests.Support;

/// <summary>A server on loopback that answers one request with given bytes, and then waits for the client to
/// hang up.</summary>
internal sealed class SocketServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SocketServer() => _listener.Start();

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Completes when the client has closed the connection.</summary>
    public Task HungUp => _hungUp.Task;

    /// <summary>Answers with a recorded response, and closes.</summary>
    public Task ReplayAsync(string file) => ServeAsync(async stream =>
    {
        string text = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Transcripts", file)))
            .ReplaceLineEndings("\n");
        int end = text.IndexOf("\n\n", StringComparison.Ordinal);
        IEnumerable<string> head = text[..end].Split('\n').Where(static line => !IsAboutTheConnection(line));
        await WriteAsync(stream, $"{string.Join("\r\n", head)}\r\nConnection: close\r\n\r\n{text[(end + 2)..]}");
    });

    /// <summary>Streams events, then keeps the connection open until the client closes it.</summary>
    public Task StreamAsync(params string[] events) => ServeAsync(async stream =>
    {
        await WriteAsync(
            stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        foreach (string one in events)
        {
            string text = $"data: {one}\n\n";
            await WriteAsync(stream, $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");
        }

        try
        {
            while (await stream.ReadAsync(new byte[256]) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset instead of closed.
        }

        _hungUp.SetResult();
    });

    public void Dispose() => _listener.Dispose();

    private static bool IsAboutTheConnection(string line) =>
        line.Split(':')[0] is "Transfer-Encoding" or "Keep-Alive" or "Connection" or "Content-Length";

    private async Task ServeAsync(Func<NetworkStream, Task> answer)
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync();
        await using NetworkStream stream = client.GetStream();
        await ReadRequestAsync(stream);
        await answer(stream);
    }

    private static async Task ReadRequestAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        int needed = int.MaxValue;
        while (bytes.Count < needed)
        {
            bytes.AddRange(buffer[..await stream.ReadAsync(buffer)]);
            string text = Encoding.Latin1.GetString([.. bytes]);
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                string[] length = text[..end].Split("\r\n").Select(static line => line.Split(':'))
                    .Single(static header => header[0] == "Content-Length");
                needed = end + 4 + int.Parse(length[1], CultureInfo.InvariantCulture);
            }
        }
    }

    private static Task WriteAsync(NetworkStream stream, string text) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
}
