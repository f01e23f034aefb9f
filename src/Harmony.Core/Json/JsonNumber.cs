using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;

namespace Harmony.Core.Json;

/// <summary>
/// Numbers of JSON as the reference reads and prints them. Integers of 64 bits stay as they are; everything
/// else becomes a double by a short algorithm that does not always round correctly, and which is therefore
/// repeated here step by step: prompts must have the same digits.
/// </summary>
internal static class JsonNumber
{
    /// <summary>The longest canonical spelling, in bytes.</summary>
    public const int MaxLength = 32;

    // The largest power of ten that a double holds.
    private const int MaxPower = 308;

    private static readonly double[] PowersOfTen = CreatePowers();

    /// <summary>Writes the canonical spelling of a number.</summary>
    /// <param name="spelled">A number in JSON's grammar.</param>
    /// <param name="utf8">Takes the spelling; at least <see cref="MaxLength"/> bytes.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>False if the number is beyond the range of a double; then nothing is written.</returns>
    public static bool TryCanonicalize(ReadOnlySpan<byte> spelled, Span<byte> utf8, out int written)
    {
        bool negative = spelled[0] == '-';
        ReadOnlySpan<byte> unsigned = negative ? spelled[1..] : spelled;
        if (!unsigned.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && IsKeptInteger(unsigned, negative))
        {
            spelled.CopyTo(utf8);
            written = spelled.Length;
            return true;
        }

        written = 0;
        if (!TryRead(unsigned, out double magnitude))
        {
            return false;
        }

        written = Print(negative ? -magnitude : magnitude, utf8);
        return true;
    }

    // Below -0, which is a double, and within the 64 bits of a signed or an unsigned integer.
    private static bool IsKeptInteger(ReadOnlySpan<byte> digits, bool negative) =>
        Utf8Parser.TryParse(digits, out ulong value, out int consumed)
            && consumed == digits.Length
            && (!negative || value is > 0 and <= 1UL << 63);

    private static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        ulong significand = 0;
        int exponent = 0;
        int at = 0;
        bool full = false;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            // From the first digit that does not fit, integer digits count as zeros.
            full = full || !TryAppend(ref significand, text[at]);
            exponent += full ? 1 : 0;
        }

        if (at < text.Length && text[at] == '.')
        {
            at++;
            bool dropped = false;
            for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
            {
                dropped = dropped || !TryAppend(ref significand, text[at]);
                exponent -= dropped ? 0 : 1;
            }
        }

        if (at < text.Length)
        {
            bool negative = text[at + 1] == '-';
            ReadOnlySpan<byte> digits = text[(at + (text[at + 1] is (byte)'-' or (byte)'+' ? 2 : 1))..];
            if (!TryReadExponent(digits, out int power))
            {
                // Beyond 32 bits: zero, or beyond every double.
                value = 0;
                return negative || significand == 0;
            }

            long sum = negative ? (long)exponent - power : (long)exponent + power;
            exponent = (int)Math.Clamp(sum, int.MinValue, int.MaxValue);
        }

        return TryScale(significand, exponent, out value);
    }

    private static bool TryAppend(ref ulong significand, byte digit)
    {
        ulong value = (ulong)(digit - '0');
        const ulong Limit = ulong.MaxValue / 10;
        if (significand > Limit || (significand == Limit && value > ulong.MaxValue % 10))
        {
            return false;
        }

        significand = significand * 10 + value;
        return true;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> digits, out int power)
    {
        power = 0;
        foreach (byte digit in digits)
        {
            long next = power * 10L + (digit - '0');
            if (next > int.MaxValue)
            {
                return false;
            }

            power = (int)next;
        }

        return true;
    }

    private static bool TryScale(ulong significand, int exponent, out double value)
    {
        value = significand;
        long left = exponent;
        while (Math.Abs(left) > MaxPower)
        {
            if (value == 0)
            {
                return true;
            }

            if (left > 0)
            {
                return false;
            }

            value /= 1e308;
            left += MaxPower;
        }

        value = left >= 0 ? value * PowersOfTen[left] : value / PowersOfTen[-left];
        return !double.IsInfinity(value);
    }

    private static double[] CreatePowers()
    {
        var powers = new double[MaxPower + 1];
        for (int i = 0; i < powers.Length; i++)
        {
            // Parsed, not multiplied: the table's entries are correctly rounded.
            powers[i] = double.Parse($"1e{i}", CultureInfo.InvariantCulture);
        }

        return powers;
    }

    /// <summary>Shortest round-trip digits; plain from 1e-5 to below 1e16, else with an exponent.</summary>
    private static int Print(double value, Span<byte> utf8)
    {
        Span<byte> scientific = stackalloc byte[MaxLength];
        bool fits = value.TryFormat(scientific, out int length, "R", CultureInfo.InvariantCulture);
        Debug.Assert(fits, "No double needs more than 24 bytes.");
        Span<byte> digits = stackalloc byte[MaxLength];
        int count = SplitDigits(scientific[..length], digits, out int pointAt, out bool negative);
        int at = 0;
        if (negative)
        {
            utf8[at++] = (byte)'-';
        }

        return at + Layout(digits[..count], pointAt, utf8[at..]);
    }

    /// <summary>Takes a formatted double apart: its significant digits, and where the point stands relative
    /// to their start.</summary>
    private static int SplitDigits(
        ReadOnlySpan<byte> text, Span<byte> digits, out int pointAt, out bool negative)
    {
        negative = text[0] == '-';
        text = negative ? text[1..] : text;
        int exponentAt = text.IndexOf((byte)'E');
        int exponent = 0;
        if (exponentAt >= 0)
        {
            exponent = int.Parse(text[(exponentAt + 1)..], CultureInfo.InvariantCulture);
            text = text[..exponentAt];
        }

        int point = text.IndexOf((byte)'.');
        pointAt = (point < 0 ? text.Length : point) + exponent;
        int count = 0;
        foreach (byte c in text)
        {
            if (c == '.')
            {
                continue;
            }

            if (count == 0 && c == '0')
            {
                pointAt--;
                continue;
            }

            digits[count++] = c;
        }

        while (count > 0 && digits[count - 1] == '0')
        {
            count--;
        }

        return count;
    }

    private static int Layout(ReadOnlySpan<byte> digits, int pointAt, Span<byte> utf8)
    {
        if (digits.IsEmpty)
        {
            "0.0"u8.CopyTo(utf8);
            return 3;
        }

        if (pointAt is > 16 or < -4)
        {
            return LayoutScientific(digits, pointAt - 1, utf8);
        }

        int length = 0;
        if (pointAt <= 0)
        {
            "0."u8.CopyTo(utf8);
            utf8.Slice(2, -pointAt).Fill((byte)'0');
            digits.CopyTo(utf8[(2 - pointAt)..]);
            return 2 - pointAt + digits.Length;
        }

        int whole = Math.Min(pointAt, digits.Length);
        digits[..whole].CopyTo(utf8);
        utf8[whole..pointAt].Fill((byte)'0');
        length = pointAt;
        utf8[length++] = (byte)'.';
        if (whole == digits.Length)
        {
            utf8[length++] = (byte)'0';
            return length;
        }

        digits[whole..].CopyTo(utf8[length..]);
        return length + digits.Length - whole;
    }

    private static int LayoutScientific(ReadOnlySpan<byte> digits, int exponent, Span<byte> utf8)
    {
        int length = 0;
        utf8[length++] = digits[0];
        if (digits.Length > 1)
        {
            utf8[length++] = (byte)'.';
            digits[1..].CopyTo(utf8[length..]);
            length += digits.Length - 1;
        }

        utf8[length++] = (byte)'e';
        exponent.TryFormat(utf8[length..], out int exponentLength, provider: CultureInfo.InvariantCulture);
        return length + exponentLength;
    }
}
