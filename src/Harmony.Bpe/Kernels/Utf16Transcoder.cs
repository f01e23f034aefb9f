using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using System.Text.Unicode;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// Converts UTF-16 to UTF-8, with U+FFFD for lone surrogates. With AVX-512 it converts sixteen chars of any
/// script at a time; the rest goes through the runtime's conversion, which is fast for ASCII only.
/// </summary>
internal static unsafe class Utf16Transcoder
{
    private const int Lanes = 16;

    /// <summary>The ASCII chars that are converted at a time.</summary>
    private const int AsciiLanes = 2 * Lanes;

    /// <summary>The chars that the runtime converts where vectors cannot.</summary>
    private const int CharsBetween = 2 * AsciiLanes;

    public static bool IsVectorized => Avx512Vbmi2.IsSupported;

    /// <summary>Converts a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="utf8">Receives the UTF-8; must have room for all of it.</param>
    /// <param name="isFinal">Whether the text ends here. If not, half a surrogate pair at its end is not
    /// converted.</param>
    /// <param name="useVectors">Whether to use vectors, if there are any; if not, the runtime converts all of
    /// it.</param>
    /// <param name="read">The number of chars that were converted.</param>
    /// <returns>The number of bytes that were written.</returns>
    public static int Convert(
        ReadOnlySpan<char> text, Span<byte> utf8, bool isFinal, bool useVectors, out int read)
    {
        Debug.Assert(
            utf8.Length >= 3L * text.Length || utf8.Length >= Encoding.UTF8.GetByteCount(text),
            $"There is room for {utf8.Length} bytes, but must be for {Encoding.UTF8.GetByteCount(text)}.");
        read = 0;
        int written = 0;
        while (true)
        {
            int some = text.Length - read;
            if (useVectors && IsVectorized)
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

    /// <summary>Converts until fewer chars than two vectors are left, or room for fewer bytes, or until a
    /// lone surrogate or U+0000.</summary>
    // Safety: a vector is read only where its chars are left, and written only where its 64 bytes fit.
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
                    // One of the two could not be converted. Each may leave half a pair at its end.
                    return;
                }
            }
        }
    }

    /// <summary>Converts sixteen chars, or fifteen if a pair would be cut; none if one is a lone surrogate or
    /// U+0000.</summary>
    // Safety: sixteen chars must be readable, and 64 bytes writable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ConvertLanes(ushort* from, byte* to, ref int read, ref int written)
    {
        Vector512<uint> chars = Avx512F.ConvertToVector512UInt32(Vector256.Load(from + read));

        // Each lane gets up to three bytes of its char: the first in bits 0 to 7, the last in bits 16 to 23.
        // Bytes that a char does not have are 0, and are dropped when the others are moved together.
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

    /// <summary>Puts the bytes of surrogate pairs into their lanes: the first two into the lane of the high
    /// surrogate, the others into that of the low one.</summary>
    /// <returns>The number of valid lanes: all, or all but a high surrogate in the last one; none if a
    /// surrogate is lone.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

        // The upper eleven bits of the code point: those of the high surrogate, plus 2^16 for the offset of
        // surrogates.
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
