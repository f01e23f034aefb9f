using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Caching;

/// <summary>
/// Keys of pieces in registers, made without a branch: the piece's bytes, zeros behind them, and for short
/// pieces the length, which tells "a" from "a\0".
/// </summary>
internal static unsafe class CacheKey
{
    /// <summary>Where the length is: behind the longest short piece.</summary>
    public const int LengthOffset = ShortVocabularyKey.MaxLength;

    private const int Ones = 256;

    /// <summary>Ones, then zeros: read from as many bytes before the zeros as are to be kept.</summary>
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

    /// <summary>What <see cref="Of"/> needs, once for a batch. The mask is in the assembly, which does not
    /// move.</summary>
    public static byte* Masks
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in KeepMask[0])) + Ones;
    }

    /// <summary>The key of a piece. If the piece is not short, its length alone makes the key different from
    /// that of every short one.</summary>
    // Safety: 16 bytes must be readable at piece; length is at most 254, so that the mask is read inside.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Of(byte* piece, uint length, byte* masks) =>
        (Vector128.Load(piece) & Vector128.Load(masks - length)).WithElement(LengthOffset, (byte)length);

    /// <summary>A piece of up to 32 bytes, filled up with zeros.</summary>
    // Safety: 32 bytes must be readable at piece; length is at most 32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Fill(byte* piece, uint length, byte* masks) =>
        Vector256.Load(piece) & Vector256.Load(masks - length);

    /// <summary>A hash of which only the upper bits are good: one product for each word, which don't wait for
    /// one another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(Vector128<byte> key) =>
        (key.AsUInt64().GetElement(0) * 0x9E37_79B9_7F4A_7C15)
        ^ (key.AsUInt64().GetElement(1) * 0xD6E8_FEB8_6659_FD93);
}
