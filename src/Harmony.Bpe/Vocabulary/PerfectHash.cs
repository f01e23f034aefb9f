using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// The addressing of all frozen hash tables. A hash selects a bucket; the bucket's pilot byte, found when the
/// table was built, and the hash together select the one slot where the key can be. So a probe reads the
/// pilot array, which fits into the L2 cache, and exactly one entry.
/// </summary>
internal readonly unsafe struct PerfectHash
{
    private const ulong FirstMultiplier = 0x9E37_79B9_7F4A_7C15;
    private const ulong SecondMultiplier = 0xD6E8_FEB8_6659_FD93;
    private const ulong ThirdMultiplier = 0xA076_1D64_78BD_642F;

    private readonly byte* _pilots;
    private readonly int _bucketShift;
    private readonly uint _slotMask;

    /// <summary>Mixed into every key; the builder changes it until all keys find a slot.</summary>
    public readonly ulong Seed;

    // Safety: the section must start with a table header and 2^bucketBits pilots. FrozenVocabularySections
    // checks the length of every table that it opens.
    public PerfectHash(byte* section)
    {
        Seed = Unsafe.ReadUnaligned<ulong>(section);
        var slotBits = Unsafe.ReadUnaligned<int>(section + 8);
        var bucketBits = Unsafe.ReadUnaligned<int>(section + 12);
        _slotMask = (1u << slotBits) - 1;
        _bucketShift = 64 - bucketBits;
        _pilots = section + FrozenFormat.HashTableHeaderLength;
    }

    /// <summary>The number of slots.</summary>
    public int SlotCount => (int)_slotMask + 1;

    /// <summary>Where the entries start, in bytes from the start of the section.</summary>
    public static int EntriesOffset(int bucketBits) => FrozenFormat.HashTableHeaderLength + (1 << bucketBits);

    /// <summary>The one slot in which a key with this hash can be; always below
    /// <see cref="SlotCount"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint SlotOf(ulong hash) => Slot(hash, _pilots[hash >> _bucketShift]) & _slotMask;

    /// <summary>The slot before masking; the builder tries pilots with the same formula.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Slot(ulong hash, byte pilot) => (uint)hash + pilot * ((uint)(hash >> 32) | 1);

    /// <summary>Hash of a 64-bit key. The upper half of the product is good, and is mixed into the lower
    /// one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ulong key, ulong seed)
    {
        ulong product = (key ^ seed) * FirstMultiplier;
        return product ^ product >> 32;
    }

    /// <summary>Hash of a 128-bit key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ulong low, ulong high, ulong seed) =>
        Fold(low ^ seed ^ FirstMultiplier, high ^ SecondMultiplier);

    /// <summary>Hash of a 256-bit key. The seed is in both halves; if it were in one, keys that are equal in
    /// that half could collide for every seed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ulong a, ulong b, ulong c, ulong d, ulong seed) =>
        Hash(a, b, seed) ^ Fold(c ^ seed ^ ThirdMultiplier, d ^ FirstMultiplier);

    /// <summary>The two halves of the product, combined with XOR. With BMI2 these are two multiplications:
    /// the one that returns both halves returns the lower through memory. Without, the runtime makes a call
    /// of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b) =>
        (Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b)
            : ArmBase.Arm64.IsSupported ? ArmBase.Arm64.MultiplyHigh(a, b)
            : MultiplyHigh(a, b))
        ^ (a * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyHigh(ulong a, ulong b)
    {
        ulong low = (ulong)(uint)a * (uint)b;
        ulong middle = (a >> 32) * (uint)b + (low >> 32);
        ulong other = (uint)a * (b >> 32) + (uint)middle;
        return (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
    }

    /// <summary>The fewest slot bits with which a table of <paramref name="keyCount"/> keys is at most four
    /// fifths full.</summary>
    public static int SlotBitsFor(int keyCount) =>
        BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, keyCount + keyCount / 4)));

    /// <summary>Four slots to a bucket: about three keys share a pilot.</summary>
    public static int BucketBitsFor(int slotBits) => Math.Max(1, slotBits - 2);
}
