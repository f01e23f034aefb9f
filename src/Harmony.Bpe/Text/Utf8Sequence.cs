using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Harmony.Bpe.Text;

/// <summary>Decodes UTF-8 one code point at a time. Each malformed byte, one that is not part of a
/// well-formed sequence, stands alone.</summary>
internal static class Utf8Sequence
{
    /// <summary>The result of <see cref="Decode"/> for a malformed byte.</summary>
    public const uint Invalid = uint.MaxValue;

    /// <summary>The code point that a non-empty text begins with, and its length in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Decode(ReadOnlySpan<byte> utf8, out int length)
    {
        uint first = utf8[0];
        if (first < 0x80)
        {
            length = 1;
            return first;
        }

        return DecodeNonAscii(utf8, out length);
    }

    private static uint DecodeNonAscii(ReadOnlySpan<byte> utf8, out int length)
    {
        if (utf8.Length >= sizeof(uint))
        {
            return DecodeWord(BinaryPrimitives.ReadUInt32LittleEndian(utf8), out length);
        }

        if (Rune.DecodeFromUtf8(utf8, out Rune rune, out length) == System.Buffers.OperationStatus.Done)
        {
            return (uint)rune.Value;
        }

        length = 1;
        return Invalid;
    }

    /// <summary>The same for four bytes, the first of which is the lowest.</summary>
    private static uint DecodeWord(uint word, out int length)
    {
        uint first = word & 0xFF;
        uint second = word >> 8 & 0x3F;
        uint third = word >> 16 & 0x3F;
        uint codePoint;
        if (first < 0xE0)
        {
            length = 2;
            codePoint = (first & 0x1F) << 6 | second;
            if (codePoint >= 0x80 && (word & 0xC0_E0) == 0x80_C0)
            {
                return codePoint;
            }
        }
        else if (first < 0xF0)
        {
            length = 3;
            codePoint = (first & 0x0F) << 12 | second << 6 | third;
            if (codePoint >= 0x800 && codePoint >> 11 != 0xD800 >> 11 && (word & 0xC0_C0_00) == 0x80_80_00)
            {
                return codePoint;
            }
        }
        else
        {
            length = 4;
            codePoint = (first & 0x0F) << 18 | second << 12 | third << 6 | word >> 24 & 0x3F;
            if (codePoint - 0x1_0000 < 0x10_0000 && (word & 0xC0_C0_C0_00) == 0x80_80_80_00)
            {
                return codePoint;
            }
        }

        length = 1;
        return Invalid;
    }

    /// <summary>The bytes between two checks of a cancellation token. Tiny in Debug, so that every test
    /// crosses many edges.</summary>
#if DEBUG
    private const int BytesBetweenCancellationChecks = 8;
#else
    private const int BytesBetweenCancellationChecks = 1 << 16;
#endif

    /// <summary>The position of the first malformed byte; −1 if there is none.</summary>
    public static int IndexOfInvalid(ReadOnlySpan<byte> utf8, CancellationToken cancellationToken = default)
    {
        int length;
        for (int start = 0; start < utf8.Length; start += length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            length = Math.Min(BytesBetweenCancellationChecks, utf8.Length - start);
            if (start + length < utf8.Length)
            {
                length -= IncompleteTailLength(utf8.Slice(start, length));
            }

            ReadOnlySpan<byte> part = utf8.Slice(start, length);
            if (Utf8.IsValid(part))
            {
                continue;
            }

            int index = 0;
            while (Decode(part[index..], out int sequence) != Invalid)
            {
                index += sequence;
            }

            return start + index;
        }

        return -1;
    }

    /// <summary>Whether a position is between two code points or malformed bytes.</summary>
    public static bool IsBoundary(ReadOnlySpan<byte> utf8, int position)
    {
        for (int back = 1; back <= Math.Min(3, position); back++)
        {
            ReadOnlySpan<byte> sequence = utf8[(position - back)..];
            if ((sequence[0] & 0xC0) != 0x80)
            {
                return Decode(sequence, out int length) == Invalid || length <= back;
            }
        }

        return true;
    }

    /// <summary>The number of bytes, 0 to 3, at the end of a text that begin a sequence which more bytes
    /// could complete.</summary>
    public static int IncompleteTailLength(ReadOnlySpan<byte> utf8)
    {
        for (int length = 1; length <= Math.Min(3, utf8.Length); length++)
        {
            ReadOnlySpan<byte> tail = utf8[^length..];
            if ((tail[0] & 0xC0) != 0x80)
            {
                bool incomplete = Rune.DecodeFromUtf8(tail, out _, out int consumed)
                    == System.Buffers.OperationStatus.NeedMoreData;
                return incomplete && consumed == length ? length : 0;
            }
        }

        return 0;
    }

    /// <summary>The number of bytes, 0 to 3, at the end of a text that belong to a sequence whose first byte
    /// announces more of them, even if it could never be well-formed.</summary>
    public static int AnnouncedTailLength(ReadOnlySpan<byte> utf8)
    {
        for (int length = 1; length <= Math.Min(3, utf8.Length); length++)
        {
            byte first = utf8[^length];
            if ((first & 0xC0) != 0x80)
            {
                int announced = first switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
                return announced > length ? length : 0;
            }
        }

        return 0;
    }
}
