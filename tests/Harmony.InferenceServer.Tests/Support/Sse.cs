using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace InferenceServer.Support;

/// <summary>Reads streams of events.</summary>
internal static class Sse
{
    /// <summary>Reads all events; each must be JSON, but for the mark of the end.</summary>
    public static async Task<List<SseItem<string>>> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        List<SseItem<string>> events = [];
        await using Stream body = await response.Content.ReadAsStreamAsync(TestServer.Cancelled);
        await foreach (SseItem<string> one in SseParser.Create(body).EnumerateAsync(TestServer.Cancelled))
        {
            events.Add(one);
        }

        return events;
    }

    /// <summary>Reads a stream of Chat Completions.</summary>
    /// <returns>The chunks, without the mark of the end, which must be there.</returns>
    public static async Task<List<JsonNode>> ReadChunksAsync(HttpResponseMessage response)
    {
        List<SseItem<string>> events = await ReadAsync(response);
        Assert.Equal("[DONE]", events[^1].Data);
        return [.. events[..^1].Select(static one => JsonNode.Parse(one.Data)!)];
    }

    public static string ContentOf(IEnumerable<JsonNode> chunks) => string.Concat(chunks.Select(
        static chunk => chunk["choices"]!.AsArray() is [JsonNode choice, ..]
            ? (string?)choice["delta"]!["content"]
            : ""));
}
