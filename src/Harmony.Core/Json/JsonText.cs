using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Harmony.Core.Json;

/// <summary>Strings and numbers of JSON elements, with errors of this library.</summary>
internal static class JsonText
{
    /// <summary>The chars that JSON does not allow in a string as they are.</summary>
    public static readonly SearchValues<char> NeedEscape = SearchValues.Create(
        "\"\\" + string.Concat(Enumerable.Range(0, 0x20).Select(static c => (char)c)));

    public static string GetString(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    public static string GetName(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    public static HarmonyJsonException NumberOutOfRange(
        ReadOnlySpan<byte> spelled, string path = "$", long at = 0) =>
        new(path, at, "The number is out of range.", Encoding.UTF8.GetString(spelled), "a double", null);

    private static HarmonyJsonException NoText(InvalidOperationException e) =>
        new("$", 0, "The string holds a lone surrogate or is no UTF-8.", value: null, "Unicode text", e);
}
