using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Caching;

/// <summary>
/// The key of a piece of at most 13 bytes, in two words and made without a branch: the piece's bytes, zeros
/// up to byte 12, and the length in byte 13, which tells "a" from "a\0". A longer piece gets a key that no
/// short piece has.
/// </summary>
/// <remarks><see cref="ShortVocabularyKey"/> has the same bytes; it keeps its length where the entries of the
/// frozen vocabulary leave room for an id.</remarks>
internal static unsafe class CacheKey
{
    /// <summary>Where the length is: after the longest short piece.</summary>
    public const int LengthOffset = ShortVocabularyKey.MaxLength;

    /// <summary>The bytes that must be readable at a piece, however short it is.</summary>
    public const int ReadableLength = 16;

    /// <summary>The longest piece that can have a key: 255 is the mark of a wide entry
    /// (<see cref="CacheLine"/>).</summary>
    public const int MaxLength = 254;

    /// <summary>Where the length is in the second word.</summary>
    private const int LengthShift = (LengthOffset - sizeof(ulong)) * 8;

    private const int Ones = 256;

    /// <summary>Ones, then zeros. Read from n bytes before the zeros, it keeps the first n bytes.</summary>
    private static ReadOnlySpan<byte> KeepMask =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>The argument of the methods here, to be read once for many pieces.</summary>
    // Safety: the mask is part of the mapped assembly, which does not move.
    public static byte* Masks
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in KeepMask[0])) + Ones;
    }

    /// <summary>The first word of a piece's key. It is no vector until it is compared: without SSE4.1, a byte
    /// and a word of a vector are set and read through memory.</summary>
    // Safety: ReadableLength bytes must be readable at piece. The length is at most MaxLength, so that the
    // mask is read inside.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Low(byte* piece, uint length, byte* masks)
    {
        Debug.Assert(length <= MaxLength, $"The piece has {length} bytes, but must have at most {MaxLength}.");
        return Unsafe.ReadUnaligned<ulong>(piece) & Unsafe.ReadUnaligned<ulong>(masks - length);
    }

    /// <summary>The second word of a piece's key, with the length.</summary>
    // Safety: as above.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong High(byte* piece, uint length, byte* masks)
    {
        ulong bytes = Unsafe.ReadUnaligned<ulong>(piece + sizeof(ulong))
            & Unsafe.ReadUnaligned<ulong>(masks - length + sizeof(ulong));
        return bytes & ~(0xFFUL << LengthShift) | (ulong)length << LengthShift;
    }

    /// <summary>The length of a piece, from the second word of its key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LengthOf(ulong high) => (uint)(high >> LengthShift) & 0xFF;

    /// <summary>The vocabulary's key of a piece of at most 13 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVocabularyKey ToVocabularyKey(ulong low, ulong high) =>
        ShortVocabularyKey.OfPadded(low, high & (1UL << LengthShift) - 1, LengthOf(high));

    /// <summary>A piece of at most 32 bytes, padded with zeros.</summary>
    // Safety: 32 bytes must be readable at piece; the mask is read inside.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Pad(byte* piece, uint length, byte* masks)
    {
        Debug.Assert(length <= 32, $"The piece has {length} bytes, but must have at most 32.");
        return Vector256.Load(piece) & Vector256.Load(masks - length);
    }

    /// <summary>A hash of a key. Only its upper bits are good. It is one product for each word, and neither
    /// waits for the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ulong low, ulong high) =>
        (low * 0x9E37_79B9_7F4A_7C15) ^ (high * 0xD6E8_FEB8_6659_FD93);
}
