using System.Text.Json;

namespace Harmony.Engines.Http;

/// <summary>Reads what events have in common. A member of another type than expected is skipped, as if it
/// were not there.</summary>
internal static class JsonReading
{
    /// <summary>Moves to the next member of an object; false at the object's end.</summary>
    public static bool NextMember(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.PropertyName;

    /// <summary>Moves from a member's name into its object; skips any other value.</summary>
    public static bool EnterObject(ref Utf8JsonReader json) => Enter(ref json, JsonTokenType.StartObject);

    /// <summary>Moves from a member's name into its array; skips any other value.</summary>
    public static bool EnterArray(ref Utf8JsonReader json) => Enter(ref json, JsonTokenType.StartArray);

    /// <summary>Moves to the next item of an array; false at the array's end.</summary>
    public static bool NextItem(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType != JsonTokenType.EndArray;

    public static int? ReadInt(ref Utf8JsonReader json) =>
        Enter(ref json, JsonTokenType.Number) && json.TryGetInt32(out int number) ? number : null;

    public static double? ReadDouble(ref Utf8JsonReader json) =>
        Enter(ref json, JsonTokenType.Number) ? json.GetDouble() : null;

    public static string? ReadString(ref Utf8JsonReader json) =>
        Enter(ref json, JsonTokenType.String) ? json.GetString() : null;

    /// <summary>Adds the ids of an array.</summary>
    public static void ReadIds(ref Utf8JsonReader json, EngineEvent read)
    {
        if (EnterArray(ref json))
        {
            while (NextItem(ref json))
            {
                read.Add(json.GetInt32());
            }
        }
    }

    /// <summary>Notes whether there is text.</summary>
    public static void ReadText(ref Utf8JsonReader json, EngineEvent read) =>
        read.HasText |= Enter(ref json, JsonTokenType.String) && !json.ValueSpan.IsEmpty;

    /// <summary>Reads the reason of an OpenAI API.</summary>
    public static TokenFinishReason ReadFinishReason(ref Utf8JsonReader json) => ReadString(ref json) switch
    {
        null => TokenFinishReason.None,
        "stop" => TokenFinishReason.Stop,
        "length" => TokenFinishReason.Length,
        _ => TokenFinishReason.Aborted,
    };

    private static bool Enter(ref Utf8JsonReader json, JsonTokenType expected)
    {
        json.Read();
        if (json.TokenType == expected)
        {
            return true;
        }

        json.Skip();
        return false;
    }
}
