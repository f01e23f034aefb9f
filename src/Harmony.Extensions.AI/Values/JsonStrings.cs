using System.Runtime.InteropServices;
using System.Text.Json;

namespace Harmony.Extensions.AI.Values;

/// <summary>Reads strings of JSON that may be no text: a model or a store may write half of a surrogate pair,
/// such as <c>"\ud800"</c>, which is JSON and cannot be read.</summary>
internal static class JsonStrings
{
    private static readonly JsonReaderOptions Options = new()
    {
        // What a document was read with.
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = int.MaxValue,
    };

    /// <summary>Whether all strings of a value are text, names included.</summary>
    public static bool AreText(JsonElement value)
    {
        try
        {
            var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value), Options);
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Returns the text of a string; of anything else, and of a string that is no text, its
    /// JSON.</summary>
    public static string TextOf(JsonElement value) =>
        value.ValueKind != JsonValueKind.String || AreText(value) ? value.ToString() : value.GetRawText();
}
