using System.Text.Json;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.Golden;

/// <summary>One recorded request to the reference and its response.</summary>
internal sealed class GoldenCase
{
    // Some cases of other components have deeply nested JSON.
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 100_000 };
    private static readonly Dictionary<string, GoldenCase[]> Files = [];

    private GoldenCase(string name, JsonElement line)
    {
        Name = name;
        Request = line.GetProperty("request");
        Response = line.GetProperty("response");
        Operation = Request.GetProperty("op").GetString()!;
    }

    /// <summary>File and line, which name a failing test.</summary>
    public string Name { get; }

    public string Operation { get; }

    public JsonElement Request { get; }

    public JsonElement Response { get; }

    /// <summary>The ids of the request or of the response. The reference's are unsigned; those above
    /// int.MaxValue become the negative number with the same bits.</summary>
    public static int[] Ids(JsonElement of) =>
        [.. of.GetProperty("tokens").EnumerateArray().Select(static id => (int)id.GetUInt32())];

    /// <summary>The names of the cases in a file with one of some operations.</summary>
    public static IEnumerable<TheoryDataRow<string>> Names(string file, params string[] operations) =>
        Read(file).Where(c => operations.Contains(c.Operation)).Select(
            static c => new TheoryDataRow<string>(c.Name));

    /// <summary>The case with a name.</summary>
    public static GoldenCase Find(string name)
    {
        string[] parts = name.Split(':');
        return Read(parts[0])[int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) - 1];
    }

    private static GoldenCase[] Read(string file)
    {
        lock (Files)
        {
            if (!Files.TryGetValue(file, out GoldenCase[]? cases))
            {
                cases = [.. File.ReadLines(RepositoryFiles.PathOf($"tests/Golden/{file}"))
                    .Select((line, index) => new GoldenCase($"{file}:{index + 1}", JsonElement.Parse(line, Json)))];
                Files.Add(file, cases);
            }

            return cases;
        }
    }
}
