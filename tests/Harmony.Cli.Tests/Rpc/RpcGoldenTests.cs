using System.Text.Json;
using System.Text.Json.Nodes;
using Harmony.Core.Tests;
using Harmony.Tests;

namespace Harmony.Cli.Tests.Rpc;

/// <summary>Replays every case of the reference through the server: null is the same as absent, of errors the kind
/// and the phrases that clients look for.</summary>
public class RpcGoldenTests
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    public static TheoryData<string> Files =>
    [
        .. Directory.GetFiles(RepositoryFiles.PathOf("tests/Golden"), "*.jsonl")
            .Select(static file => Path.GetFileName(file))
            .Order(),
    ];

    [Fact]
    public void Files_Golden_AreAllThere() => Assert.Equal(11, Files.Count);

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_RequestsOfTheReference_ResponsesOfTheReference(string file)
    {
        string[] lines = File.ReadAllLines(RepositoryFiles.PathOf($"tests/Golden/{file}"));
        using var documents = new Documents(lines);
        string[] responses = RpcExchange.Run(string.Concat(documents.Select(RequestLine)));
        Assert.Equal(lines.Length, responses.Length);
        List<string> differences = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (Difference(documents[i], responses[i]) is string difference)
            {
                differences.Add($"{file}:{i + 1}: {difference}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(10)));
    }

    // As it is spelled: the order of members and the form of numbers count.
    private static string RequestLine(JsonDocument line) =>
        line.RootElement.GetProperty("request").GetRawText() + "\n";

    private static string? Difference(JsonDocument line, string answer)
    {
        JsonElement request = line.RootElement.GetProperty("request");
        string response = line.RootElement.GetProperty("response").GetRawText();
        JsonObject expected = JsonNode.Parse(response, documentOptions: Deep)!.AsObject();
        JsonObject actual = JsonNode.Parse(answer, documentOptions: Deep)!.AsObject();
        expected.Remove("after_error");
        if (request.TryGetProperty("id", out JsonElement id) && actual["id"]?.ToString() != id.ToString())
        {
            return $"the id {id} came back as {actual["id"]}";
        }

        using JsonDocument document = JsonDocument.Parse(
            expected.ToJsonString(new JsonSerializerOptions { MaxDepth = 1000 }), Deep);
        return JsonComparison.Find(document.RootElement, actual);
    }

    private sealed class Documents(string[] lines)
        : List<JsonDocument>(lines.Select(static line => JsonDocument.Parse(line, Deep))), IDisposable
    {
        public void Dispose() => ForEach(static document => document.Dispose());
    }
}
