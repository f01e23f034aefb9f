using System.Text;
using Harmony.Tests;

namespace Harmony.Fuzz.Inputs;

/// <summary>JSON: that of the golden cases, damaged here and there, and random schemas.</summary>
internal static class JsonMaker
{
    private static readonly string[] Splices =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e400", "-0", "1E-5", "\"role\":\"user\"", "\"content\":", "\\u0000",
        "\\ud800", "[[[[[[[[", "{\"a\":", "\"type\":\"text\"", "\"name\":\"x\"", " ", "\n", "0123", "\"\\", "\u00FF",
    ];

    private static readonly Lazy<byte[][]> Lines = new(static () =>
    [
        .. new[] { "json-roundtrip.jsonl", "render-conversations.jsonl", "render-messages.jsonl" }
            .SelectMany(static file => File.ReadLines(RepositoryFiles.PathOf($"tests/Golden/{file}")))
            .Select(Encoding.UTF8.GetBytes)
            .Where(static line => line.Length < 20_000),
    ]);

    /// <summary>The JSON of a conversation or a message out of a golden case, as a rule damaged.</summary>
    public static byte[] NextConversation(FuzzCase one)
    {
        byte[] line = one.Pick(Lines.Value);
        byte[] json = Inner(line);
        if (one.OneIn(8))
        {
            return json;
        }

        var damaged = new List<byte>(json);
        for (int damages = one.Random.Next(1, 6); damages > 0 && damaged.Count > 0; damages--)
        {
            int at = one.Random.Next(damaged.Count);
            int length = one.Random.Next(Math.Min(40, damaged.Count - at) + 1);
            switch (one.Random.Next(4))
            {
                case 0:
                    damaged.RemoveRange(at, length);
                    break;
                case 1:
                    damaged.InsertRange(at, Encoding.UTF8.GetBytes(one.Pick(Splices)));
                    break;
                case 2:
                    damaged.InsertRange(one.Random.Next(damaged.Count), damaged.GetRange(at, length));
                    break;
                default:
                    damaged[at] = (byte)one.Random.Next(256);
                    break;
            }
        }

        return [.. damaged];
    }

    /// <summary>A schema of random shape.</summary>
    public static string NextSchema(FuzzCase one, int depth = 0)
    {
        var members = new List<string>();
        string[] types = ["object", "array", "string", "number", "integer", "boolean", "null", "x"];
        string type = depth > 6 ? "string" : one.Pick(types);
        if (!one.OneIn(8))
        {
            members.Add(one.OneIn(10) ? $"\"type\":[\"{type}\",\"null\"]" : $"\"type\":\"{type}\"");
        }

        if (type == "object")
        {
            IEnumerable<string> properties = Enumerable.Range(0, one.Random.Next(4)).Select(
                i => $"\"{one.Pick(["a", "b c", "\\u00e9", "\\\"", ""])}{i % 3}\":{NextSchema(one, depth + 1)}");
            members.Add($"\"properties\":{{{string.Join(',', properties)}}}");
            members.Add("\"required\":[\"a0\",\"b c1\",1]");
        }

        if (type == "array" && !one.OneIn(4))
        {
            members.Add($"\"items\":{NextSchema(one, depth + 1)}");
        }

        if (depth <= 6 && one.OneIn(5))
        {
            members.Add($"\"oneOf\":[{string.Join(',', Enumerable.Range(0, one.Random.Next(4)).Select(_ => NextSchema(one, depth + 1)))}]");
        }

        string[] others =
        [
            "\"description\":\"D\\nE\"", "\"title\":\"T\"", "\"nullable\":true", "\"enum\":[\"a\",\"b\",3]", "\"default\":\"a\"",
            "\"default\":1.50e3", "\"default\":{\"z\":[1,2.0]}", "\"examples\":[\"x\",{}]", "\"description\":null", "\"anyOf\":[]",
            "\"$ref\":\"#/a\"", "\"default\":-0.0", "\"const\":123456789012345678901234567890",
        ];
        members.AddRange(others.Where(_ => one.OneIn(5)));
        string[] shuffled = [.. members];
        one.Random.Shuffle(shuffled);
        return $"{{{string.Join(one.Pick([",", " , ", ",\n"]), shuffled)}}}";
    }

    /// <summary>The first object inside a golden case that looks like the model.</summary>
    private static byte[] Inner(byte[] line)
    {
        int at = -1;
        foreach (string member in (string[])["\"conversation\":", "\"message\":"])
        {
            int found = line.AsSpan().IndexOf(Encoding.UTF8.GetBytes(member));
            at = found >= 0 && at < 0 ? found + member.Length : at;
        }

        if (at < 0)
        {
            return line;
        }

        var reader = new System.Text.Json.Utf8JsonReader(line.AsSpan(at), isFinalBlock: false, default);
        return reader.Read() && reader.TrySkip() ? line[at..(at + (int)reader.BytesConsumed)] : line;
    }
}
