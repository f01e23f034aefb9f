using System.Collections.Concurrent;
using System.Text.Json;

namespace Harmony.Core.Tests;

/// <summary>A file of golden vectors: one request of the reference and its response a line.</summary>
internal static class GoldenFile
{
    private static readonly ConcurrentDictionary<string, string[]> Files = new();

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);

    public static string[] ReadLines(string name) =>
        Files.GetOrAdd(name, static file => File.ReadAllLines(PathOf(file + ".jsonl")));

    public static JsonDocument Parse(string name, int line) =>
        JsonDocument.Parse(ReadLines(name)[line], new JsonDocumentOptions { MaxDepth = 1000 });

    /// <summary>One row per case: the file, the line, and what the case is about.</summary>
    public static TheoryData<string, int, string> Rows(string name)
    {
        var rows = new TheoryData<string, int, string>();
        string[] lines = ReadLines(name);
        for (int i = 0; i < lines.Length; i++)
        {
            using JsonDocument line = Parse(name, i);
            JsonElement request = line.RootElement.GetProperty("request");
            string id = request.TryGetProperty("id", out JsonElement given) ? $" {given}" : string.Empty;
            rows.Add(name, i, $"{request.GetProperty("op")}{id}");
        }

        return rows;
    }
}
