using System.Buffers.Text;
using System.Text.Json;

namespace Harmony.Cli.Rpc;

/// <summary>
/// JSON strings whose escapes hold half of a surrogate pair. The JSON reader refuses them; as text to encode
/// they are U+FFFD, as lone surrogates always are.
/// </summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6;

    /// <summary>Unescapes a JSON string, quotes included, and returns the length.</summary>
    public static int CopyReplaced(ReadOnlySpan<byte> json, Span<byte> destination)
    {
        byte[] replaced = json.ToArray();
        int at = 0;
        int found;
        while ((found = replaced.AsSpan(at).IndexOf((byte)'\\')) >= 0)
        {
            at += found;
            bool isHigh = IsSurrogate(replaced.AsSpan(at), high: true);
            if (!isHigh && !IsSurrogate(replaced.AsSpan(at), high: false))
            {
                at += 2;
            }
            else if (isHigh && IsSurrogate(replaced.AsSpan(at + EscapeLength), high: false))
            {
                at += 2 * EscapeLength;
            }
            else
            {
                "\\uFFFD"u8.CopyTo(replaced.AsSpan(at));
                at += EscapeLength;
            }
        }

        var reader = new Utf8JsonReader(replaced);
        reader.Read();
        return reader.CopyString(destination);
    }

    private static bool IsSurrogate(ReadOnlySpan<byte> text, bool high) =>
        text.Length >= EscapeLength
        && text[0] == '\\'
        && text[1] == 'u'
        && Utf8Parser.TryParse(text.Slice(2, 4), out int unit, out int used, 'X')
        && used == 4
        && (unit & 0xFC00) == (high ? 0xD800 : 0xDC00);
}
