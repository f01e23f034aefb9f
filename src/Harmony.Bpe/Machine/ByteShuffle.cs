using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Harmony.Bpe.Machine;

/// <summary>Moves the bytes of a vector. NativeAOT takes no more than SSE2 for granted on x64, so that it makes
/// a call of the portable method, and one instruction of these.</summary>
internal static class ByteShuffle
{
    public static bool IsSupported => Ssse3.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Selects bytes by index; 0 for 0x80.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Of(Vector128<byte> bytes, Vector128<byte> indices) =>
        IsSupported ? OfSupported(bytes, indices) : Vector128.Shuffle(bytes, indices);

    /// <summary>The same. Needs <see cref="IsSupported"/>, which loops ask once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> OfSupported(Vector128<byte> bytes, Vector128<byte> indices) =>
        AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.VectorTableLookup(bytes, indices)
            : Ssse3.Shuffle(bytes, indices);
}
