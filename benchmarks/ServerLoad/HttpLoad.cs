using System.Diagnostics;
using System.Globalization;
using System.Text;
using Harmony.Engines;
using InferenceServer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace ServerLoad;

/// <summary>Streams of the server, over sockets.</summary>
internal static class HttpLoad
{
    private const string Body = """{"stream":true,"messages":[{"role":"user","content":"Hi"}]}""";

    public static async Task<LoadResult> RunAsync(ITokenGenerator engine, int count, int seconds, int idsOfRequest)
    {
        string places = count.ToString(CultureInfo.InvariantCulture);
        await using WebApplication app = ServerApplication.Create(
            ["--urls", "http://127.0.0.1:0", "--max-concurrent", places],
            engine,
            static builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        LoadResult result = await LoadLoop.RunAsync(
            count, seconds, idsOfRequest, times => StreamAsync(http, times, idsOfRequest));
        await app.StopAsync();
        return result;
    }

    private static async Task StreamAsync(HttpClient http, List<double> times, int idsOfRequest)
    {
        long last = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(Body, Encoding.UTF8, "application/json"),
        };
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using Stream body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[1 << 14];
        int events = 0;
        byte before = 0;
        while (await body.ReadAsync(buffer) is int length and > 0)
        {
            double waited = Stopwatch.GetElapsedTime(last).TotalMilliseconds;
            last = Stopwatch.GetTimestamp();
            foreach (byte one in buffer.AsSpan(0, length))
            {
                if (one == '\n' && before == '\n')
                {
                    events++;

                    // Events that come together come at once.
                    times.Add(waited);
                    waited = 0;
                }

                before = one;
            }
        }

        // The header's ids have no event; the role, the finish reason and [DONE] have one each.
        if (events != idsOfRequest - 1)
        {
            throw new InvalidOperationException($"{events} events came for {idsOfRequest} ids.");
        }
    }
}
