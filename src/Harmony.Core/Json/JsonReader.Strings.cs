using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;

namespace Harmony.Core.Json;

internal ref partial struct JsonReader
{
    // Refuses what is not UTF-8 instead of replacing it.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Gets a string or name without its escapes.</summary>
    /// <param name="text">The text; null if it holds a lone surrogate or is no UTF-8.</param>
    /// <returns>Whether there is such a text. Allocates only the string.</returns>
    public readonly bool TryGetText([NotNullWhen(true)] out string? text) =>
        IsEscaped ? TryUnescape(_value, out text) : TryDecode(_value, out text);

    /// <summary>Reads a string, from its quote on.</summary>
    private void ReadString()
    {
        ReadOnlySpan<byte> utf8 = _utf8;
        int start = _position + 1;
        int at = start;
        IsEscaped = false;
        while (true)
        {
            at = FindStop(utf8, at);
            int stop = At(utf8, at);
            if (stop == '"')
            {
                break;
            }

            int length = stop == '\\' ? LengthOfEscape(utf8[at..]) : 0;
            if (length == 0)
            {
                throw Malformed();
            }

            IsEscaped = true;
            at += length;
        }

        _value = utf8[start..at];
        _position = at + 1;
    }

    /// <summary>Finds the next quote, backslash or control character; the end of the text if there is
    /// none.</summary>
    private static int FindStop(ReadOnlySpan<byte> utf8, int at)
    {
        for (; utf8.Length - at >= Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            Vector256<byte> bytes = Vector256.Create(utf8.Slice(at, Vector256<byte>.Count));
            uint stops = (Vector256.Equals(bytes, Vector256.Create((byte)'"'))
                | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
                | Vector256.LessThan(bytes, Vector256.Create((byte)' '))).ExtractMostSignificantBits();
            if (stops != 0)
            {
                return at + BitOperations.TrailingZeroCount(stops);
            }
        }

        while (at < utf8.Length && utf8[at] is not ((byte)'"' or (byte)'\\' or < (byte)' '))
        {
            at++;
        }

        return at;
    }

    /// <summary>The length of the escape that starts here; 0 if it is none.</summary>
    private static int LengthOfEscape(ReadOnlySpan<byte> utf8) => At(utf8, 1) switch
    {
        '"' or '\\' or '/' or 'b' or 'f' or 'n' or 'r' or 't' => 2,
        'u' when utf8.Length >= 6 && IsHex(utf8.Slice(2, 4)) => 6,
        _ => 0,
    };

    private static bool IsHex(ReadOnlySpan<byte> digits)
    {
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryDecode(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? text)
    {
        if (Ascii.IsValid(utf8))
        {
            text = string.Create(utf8.Length, utf8, static (chars, ascii) => Ascii.ToUtf16(ascii, chars, out _));
            return true;
        }

        try
        {
            text = Strict.GetString(utf8);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = null;
            return false;
        }
    }

    private static bool TryUnescape(ReadOnlySpan<byte> spelled, [NotNullWhen(true)] out string? text)
    {
        // A char comes from at least one byte.
        using SpanOwner<char> owner = SpanOwner<char>.Allocate(spelled.Length);
        Span<char> chars = owner.Span;
        int at = 0;
        int written = 0;
        bool hasSurrogates = false;
        text = null;
        while (true)
        {
            WidenAscii(spelled, chars, ref at, ref written);
            if (at == spelled.Length)
            {
                break;
            }

            if (spelled[at] == '\\')
            {
                // The short escapes were taken above.
                char unescaped = FromHex(spelled.Slice(at + 2, 4));
                hasSurrogates |= char.IsSurrogate(unescaped);
                chars[written++] = unescaped;
                at += 6;
                continue;
            }

            ReadOnlySpan<byte> rest = spelled[at..];
            int end = rest.IndexOf((byte)'\\');
            OperationStatus status = Utf8.ToUtf16(
                end < 0 ? rest : rest[..end], chars[written..], out int read, out int more,
                replaceInvalidSequences: false);
            if (status != OperationStatus.Done)
            {
                return false;
            }

            at += read;
            written += more;
        }

        // Only escapes can bring lone surrogates.
        chars = chars[..written];
        if (hasSurrogates && JsonText.IndexOfLoneSurrogate(chars) >= 0)
        {
            return false;
        }

        text = new string(chars);
        return true;
    }

    /// <summary>Decodes ASCII and the escapes of two bytes, up to the first byte that is neither.</summary>
    /// <param name="spelled">The string as it is spelled; its escapes are valid.</param>
    /// <param name="chars">Has room for a char for each byte; undefined from <paramref name="written"/>
    /// on.</param>
    /// <param name="at">Where to start; then where the rest starts.</param>
    /// <param name="written">The number of chars that there are.</param>
    private static void WidenAscii(ReadOnlySpan<byte> spelled, Span<char> chars, ref int at, ref int written)
    {
        Span<ushort> to = MemoryMarshal.Cast<char, ushort>(chars);
        int from = at;
        int count = written;
        while (from < spelled.Length)
        {
            if (spelled.Length - from >= Vector256<byte>.Count)
            {
                Vector256<byte> bytes = Vector256.Create(spelled.Slice(from, Vector256<byte>.Count));
                (Vector256<ushort> lower, Vector256<ushort> upper) = Vector256.Widen(bytes);
                Span<ushort> block = to.Slice(count, Vector256<byte>.Count);
                lower.CopyTo(block);
                upper.CopyTo(block[Vector256<ushort>.Count..]);
                uint stops = (Vector256.Equals(bytes, Vector256.Create((byte)'\\')) | bytes)
                    .ExtractMostSignificantBits();
                int plain = BitOperations.TrailingZeroCount(stops);
                from += plain;
                count += plain;
                if (stops == 0)
                {
                    continue;
                }
            }

            byte next = spelled[from];
            if (next >= 0x80 || (next == '\\' && spelled[from + 1] == 'u'))
            {
                break;
            }

            bool isEscape = next == '\\';
            to[count++] = isEscape ? Unescape(spelled[from + 1]) : next;
            from += isEscape ? 2 : 1;
        }

        at = from;
        written = count;
    }

    private static char FromHex(ReadOnlySpan<byte> digits) =>
        (char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static char Unescape(byte letter) => letter switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)letter,
    };
}
