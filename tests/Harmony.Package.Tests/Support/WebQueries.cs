using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Harmony.Package.Tests.Support;

/// <summary>Asks the web application over the loopback.</summary>
internal static class WebQueries
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task AssertAnswersAsync(Consumer consumer, IEnumerable<string> cases)
    {
        using Process server = consumer.Start("--urls", "http://127.0.0.1:0");
        try
        {
            using var client = new HttpClient { BaseAddress = await AddressAsync(server), Timeout = Patience };
            int count = 0;
            foreach (string line in cases)
            {
                using JsonDocument golden = JsonDocument.Parse(line);
                string conversation = golden.RootElement.GetProperty("request").GetProperty("conversation").GetRawText();
                Assert.Equal(
                    golden.RootElement.GetProperty("response").GetProperty("tokens").GetRawText(),
                    await PostAsync(client, "/render", conversation));
                count++;
            }

            Assert.True(count > 0);
            using JsonDocument messages = JsonDocument.Parse(
                await PostAsync(client, "/parse", "[200005,17196,200008,13225,200002]"));
            JsonElement message = Assert.Single(messages.RootElement.EnumerateArray());
            Assert.Equal("assistant", message.GetProperty("role").GetString());
            Assert.Equal("final", message.GetProperty("channel").GetString());
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }

    private static async Task<string> PostAsync(HttpClient client, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        string answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {answer}");
        return answer;
    }

    /// <summary>Reads where the server listens; the port is one that was free.</summary>
    private static async Task<Uri> AddressAsync(Process server)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await server.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            int start = line.IndexOf(Listening, StringComparison.Ordinal);
            if (start >= 0)
            {
                return new Uri(line[(start + Listening.Length)..].Trim());
            }
        }

        throw new InvalidOperationException($"The server did not start: {await server.StandardError.ReadToEndAsync()}");
    }
}
