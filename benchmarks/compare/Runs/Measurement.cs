using System.Text.Json;

namespace Harmony.Compare.Runs;

/// <summary>What a tool says of one run, as <c>harmony bench --json</c> prints it; speeds are in MB (1e6
/// bytes of UTF-8) a second. Load time and memory may be null where a tool cannot tell.</summary>
internal sealed record Measurement
{
    public required long Bytes { get; init; }

    public required long Documents { get; init; }

    public required long Tokens { get; init; }

    /// <summary>FNV-1a, 64 bits, of the ids, in 16 hexadecimal digits.</summary>
    public required string Hash { get; init; }

    public required double? LoadMilliseconds { get; init; }

    public required double FirstSpeed { get; init; }

    public required double BestSpeed { get; init; }

    public required double MedianSpeed { get; init; }

    public required long? PeakResidentBytes { get; init; }

    /// <summary>Whether the ids are the same, as far as count and hash tell, for the same
    /// documents.</summary>
    public bool HasIdsOf(Measurement other) =>
        Bytes == other.Bytes && Documents == other.Documents && Tokens == other.Tokens
        && string.Equals(Hash, other.Hash, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads what a tool printed: one line, one object. Members that are not known are passed
    /// over.</summary>
    /// <exception cref="FormatException">It is something else; the message says what is wrong.</exception>
    public static Measurement Parse(string output)
    {
        string[] lines = output.Split(
            '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines is not [string line])
        {
            throw new FormatException($"{lines.Length} lines of output where one was expected");
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement members = json.RootElement;
            Member(members, "file", JsonValueKind.String);
            return new Measurement
            {
                Bytes = Member(members, "bytes", JsonValueKind.Number).GetInt64(),
                Documents = Member(members, "documents", JsonValueKind.Number).GetInt64(),
                Tokens = Member(members, "tokens", JsonValueKind.Number).GetInt64(),
                Hash = Member(members, "fnv1a64", JsonValueKind.String).GetString()!,
                LoadMilliseconds = Optional(members, "load_ms")?.GetDouble(),
                FirstSpeed = Speed(members, "first_mb_s"),
                BestSpeed = Speed(members, "best_mb_s"),
                MedianSpeed = Speed(members, "median_mb_s"),
                PeakResidentBytes = Optional(members, "peak_rss_bytes")?.GetInt64(),
            };
        }
        catch (JsonException)
        {
            throw new FormatException($"not JSON: {line}");
        }
    }

    private static double Speed(JsonElement members, string name)
    {
        double speed = Member(members, name, JsonValueKind.Number).GetDouble();
        return speed > 0 ? speed : throw new FormatException($"{name} is not above 0");
    }

    private static JsonElement? Optional(JsonElement members, string name)
    {
        JsonElement member = Member(members, name, JsonValueKind.Number, JsonValueKind.Null);
        return member.ValueKind == JsonValueKind.Number ? member : null;
    }

    private static JsonElement Member(
        JsonElement members, string name, params ReadOnlySpan<JsonValueKind> kinds) =>
        members.ValueKind == JsonValueKind.Object && members.TryGetProperty(name, out JsonElement value)
            && kinds.Contains(value.ValueKind)
            ? value
            : throw new FormatException($"no {name}, or not what it should be");
}
