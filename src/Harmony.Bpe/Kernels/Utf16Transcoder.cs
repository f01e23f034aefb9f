using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text.Unicode;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// UTF-16 to UTF-8, with U+FFFD for lone surrogates. Where the processor has the instructions, sixteen chars
/// at a time, whatever script they are of: the runtime's conversion, which does the rest, is fast for ASCII
/// alone.
/// </summary>
internal static unsafe class Utf16Transcoder
{
    private const int Lanes = 16;

    /// <summary>Chars that are ASCII are converted so many at a time.</summary>
    private const int AsciiLanes = 2 * Lanes;

    /// <summary>How many chars the runtime converts where vectors cannot go on.</summary>
    private const int CharsBetween = 2 * AsciiLanes;

    /// <summary>The first so many chars of a process, if they come in small texts, are left to the
    /// runtime.</summary>
    private const int WarmUpLength = 64 * 1024;

    private static int _warmUp;

    public static bool IsVectorized => Avx512Vbmi2.IsSupported;

    /// <summary>Converts a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="utf8">Receives it; must have room for all of it.</param>
    /// <param name="isFinal">Whether the text ends here. If not, half a surrogate pair at its end is
    /// left.</param>
    /// <param name="read">How many chars were converted: all but such a half.</param>
    /// <returns>How many bytes they are.</returns>
    public static int Convert(ReadOnlySpan<char> text, Span<byte> utf8, bool isFinal, out int read)
    {
        bool useVectors = IsVectorized && !WarmUp.Covers(ref _warmUp, WarmUpLength, text.Length);
        return Convert(text, utf8, isFinal, useVectors, out read);
    }

    /// <summary>Converts a text, by vectors as far as they go or without them.</summary>
    public static int Convert(
        ReadOnlySpan<char> text, Span<byte> utf8, bool isFinal, bool useVectors, out int read)
    {
        System.Diagnostics.Debug.Assert(
            utf8.Length >= 3L * text.Length || utf8.Length >= System.Text.Encoding.UTF8.GetByteCount(text));
        read = 0;
        int written = 0;
        while (true)
        {
            int some = text.Length - read;
            if (useVectors)
            {
                ConvertVectors(text, utf8, ref read, ref written);
                some = Math.Min(text.Length - read, CharsBetween);
            }

            bool isLast = read + some == text.Length;
            Utf8.FromUtf16(
                text.Slice(read, some),
                utf8[written..],
                out int chars,
                out int bytes,
                replaceInvalidSequences: true,
                isFinalBlock: isLast && isFinal);
            read += chars;
            written += bytes;
            if (isLast)
            {
                return written;
            }
        }
    }

    /// <summary>Converts while whole vectors are left, and room for them, and no lone surrogate or U+0000 is
    /// in one.</summary>
    // Safety: vectors are read only where as many chars are left, and written only where there is room for
    // their 64 bytes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ConvertVectors(ReadOnlySpan<char> text, Span<byte> utf8, ref int read, ref int written)
    {
        fixed (char* start = text)
        fixed (byte* to = utf8)
        {
            var from = (ushort*)start;
            int lastRead = text.Length - AsciiLanes;
            int lastWritten = utf8.Length - 2 * Vector512<byte>.Count;
            while (read <= lastRead && written <= lastWritten)
            {
                Vector512<ushort> chars = Vector512.Load(from + read);
                if (Vector512.LessThanAll(chars, Vector512.Create((ushort)0x80)))
                {
                    Vector256.Store(Avx512BW.ConvertToVector256Byte(chars), to + written);
                    read += AsciiLanes;
                    written += AsciiLanes;
                    continue;
                }

                int before = read;
                ConvertLanes(from, to, ref read, ref written);
                ConvertLanes(from, to, ref read, ref written);
                if (read < before + 2 * Lanes - 2)
                {
                    // One of the two could not be converted; half a pair at the end of each may be left.
                    return;
                }
            }
        }
    }

    /// <summary>Converts sixteen chars, or fifteen if a pair would be cut; none if it can't.</summary>
    // Safety: sixteen chars must be readable, and 64 bytes writable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ConvertLanes(ushort* from, byte* to, ref int read, ref int written)
    {
        Vector512<uint> chars = Avx512F.ConvertToVector512UInt32(Vector256.Load(from + read));

        // The bytes of a char stand in its lane from the last to the first; those that there are not are zero,
        // and left out when the others are moved together.
        Vector512<uint> isLong = Vector512.GreaterThanOrEqual(chars, Vector512.Create(0x80u));
        Vector512<uint> isLonger = Vector512.GreaterThanOrEqual(chars, Vector512.Create(0x800u));
        Vector512<uint> six = Vector512.Create(0x3Fu);
        Vector512<uint> tail = Vector512.Create(0x80u);
        Vector512<uint> last = Vector512.ConditionalSelect(isLong, chars & six | tail, chars);
        Vector512<uint> middle = Vector512.ConditionalSelect(
            isLonger, chars >>> 6 & six | tail, chars >>> 6 | Vector512.Create(0xC0u));
        Vector512<uint> first = chars >>> 12 | Vector512.Create(0xE0u);
        Vector512<uint> bytes = last << 16 | (middle & isLong) << 8 | (first & isLonger);
        int count = Lanes;
        if (Vector512.EqualsAny(chars & Vector512.Create(0xF800u), Vector512.Create(0xD800u)))
        {
            count = ConvertPairs(chars, ref bytes);
        }

        if (Vector512.EqualsAny(chars, Vector512<uint>.Zero))
        {
            count = 0;
        }

        Vector512<byte> isByte = ~Vector512.Equals(bytes.AsByte(), Vector512<byte>.Zero);
        Vector512.Store(Avx512Vbmi2.Compress(Vector512<byte>.Zero, isByte, bytes.AsByte()), to + written);
        read += count;
        written += count == 0 ? 0 : BitOperations.PopCount(isByte.ExtractMostSignificantBits());
    }

    /// <summary>Puts the bytes of surrogate pairs into their lanes: the first two into the high surrogate's,
    /// the others into the low one's.</summary>
    /// <returns>How many lanes count: all, or all but a high surrogate in the last one; none if one is
    /// lone.</returns>
    private static int ConvertPairs(Vector512<uint> chars, ref Vector512<uint> bytes)
    {
        Vector512<uint> kind = chars & Vector512.Create(0xFC00u);
        Vector512<uint> isHigh = Vector512.Equals(kind, Vector512.Create(0xD800u));
        Vector512<uint> isLow = Vector512.Equals(kind, Vector512.Create(0xDC00u));
        ulong high = isHigh.ExtractMostSignificantBits();
        int count = (high >> (Lanes - 1)) != 0 ? Lanes - 1 : Lanes;
        if ((high << 1 & 0xFFFF) != isLow.ExtractMostSignificantBits())
        {
            return 0;
        }

        Vector512<uint> six = Vector512.Create(0x3Fu);
        Vector512<uint> tail = Vector512.Create(0x80u);
        Vector512<uint> before = Avx512F.PermuteVar16x32(
            chars, Vector512.Create(0u, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14));

        // The code point's upper eleven bits: what the high surrogate has, and one more for each 2^16.
        Vector512<uint> upper = chars - Vector512.Create(0xD7C0u);
        Vector512<uint> firstTwo =
            (upper >>> 8 | Vector512.Create(0xF0u)) | (upper >>> 2 & six | tail) << 8;
        Vector512<uint> lastTwo =
            ((before & Vector512.Create(3u)) << 4 | chars >>> 6 & Vector512.Create(0xFu) | tail)
            | (chars & six | tail) << 8;
        bytes = Vector512.ConditionalSelect(isHigh, firstTwo, bytes);
        bytes = Vector512.ConditionalSelect(isLow, lastTwo, bytes);
        if (count < Lanes)
        {
            bytes = bytes.WithElement(Lanes - 1, 0u);
        }

        return count;
    }
}
