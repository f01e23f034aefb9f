using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Harmony.Bpe.Kernels;

/// <summary>Finds the malformed bytes of a window, those that are not part of a well-formed character. Each
/// stands alone, and is neither letter nor number nor white space.</summary>
internal static unsafe class MalformedUtf8
{
    /// <summary>Where malformed bytes are. All bytes of a character that goes on past the window are taken
    /// for malformed.</summary>
    // Safety: the bytes of a window must be readable.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static ulong Find(byte* window)
    {
        Vector512<byte> bytes = Vector512.Load(window);
        ulong high = bytes.ExtractMostSignificantBits();
        ulong three = IsAtLeast(bytes, 0xE0);
        ulong four = IsAtLeast(bytes, 0xF0);
        ulong continuations = high & ~IsAtLeast(bytes, 0xC0);

        // OVERLONG_2: C0 and C1 would begin characters of one byte. TOO_LARGE: F5 and above.
        ulong second = IsAtLeast(bytes, 0xC2) & ~IsAtLeast(bytes, 0xF5) & continuations >> 1;

        // OVERLONG_3: E0 80..9F. SURROGATE: ED A0..BF. OVERLONG_4: F0 80..8F. TOO_LARGE: F4 90..BF.
        ulong lateSecond = IsAtLeast(bytes, 0xA0) >> 1;
        ulong lateSecondOfFour = IsAtLeast(bytes, 0x90) >> 1;
        second &= ~(Is(bytes, 0xE0) & ~lateSecond)
            & ~(Is(bytes, 0xED) & lateSecond)
            & ~(Is(bytes, 0xF0) & ~lateSecondOfFour)
            & ~(Is(bytes, 0xF4) & lateSecondOfFour);

        // TOO_SHORT: a lead without all of its continuation bytes. TOO_LONG: a continuation byte of no lead.
        ulong third = second & three & continuations >> 2;
        ulong fourth = third & four & continuations >> 3;
        ulong ofTwo = second & ~three;
        ulong ofThree = third & ~four;
        ulong whole = ofTwo | ofThree | fourth;
        return high & ~(whole | whole << 1 | (ofThree | fourth) << 2 | fourth << 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong IsAtLeast(Vector512<byte> bytes, byte value) =>
        Vector512.GreaterThanOrEqual(bytes, Vector512.Create(value)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Is(Vector512<byte> bytes, byte value) =>
        Vector512.Equals(bytes, Vector512.Create(value)).ExtractMostSignificantBits();
}
