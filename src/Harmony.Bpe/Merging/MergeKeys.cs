using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Harmony.Bpe.Merging;

/// <summary>Keys of pairs that a rule may join: the rank in the upper bits, then the position. The least key
/// is the lowest rank's leftmost pair, which is the next to join. What is no rule is above all
/// rules.</summary>
internal static class MergeKeys
{
    /// <summary>The key of a pair that no rule joins.</summary>
    public const uint None = uint.MaxValue;

    /// <summary>The key of a pair.</summary>
    /// <param name="rank">The rank of its rule, or all ones.</param>
    /// <param name="position">Its position.</param>
    /// <param name="positionBits">The bits of a position; a constant.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(uint rank, uint position, int positionBits) =>
        rank << positionBits | position;

    /// <summary>The least of eight keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LeastOf(Vector256<uint> keys)
    {
        Vector128<uint> half = Vector128.Min(keys.GetLower(), keys.GetUpper());
        half = Vector128.Min(half, Vector128.Shuffle(half, Vector128.Create(2u, 3, 0, 1)));
        half = Vector128.Min(half, Vector128.Shuffle(half, Vector128.Create(1u, 0, 3, 2)));
        return half.ToScalar();
    }
}
