using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable table of byte strings that merging turns into one token before anything else touches them,
/// unless the byte before or the byte after is a risky one (docs/bpe.md has the proof). Merging can begin with
/// that token instead of the bytes. There are records for all pairs of bytes, and for all characters of three
/// bytes.
/// </summary>
internal readonly unsafe struct CertifiedStarts
{
    /// <summary>The class of what is before the first byte of a piece, and after the last one. It is only
    /// risky in the record of bytes that are never a start.</summary>
    public const int EdgeClass = 22;

    /// <summary>The number of classes of neighbouring bytes.</summary>
    public const int ClassCount = EdgeClass + 1;

    /// <summary>The record of bytes that are never a start: each class is risky.</summary>
    public const ulong NoStart = ulong.MaxValue;

    /// <summary>The first bits of a record's two sets of risky classes; the bits below are the id.</summary>
    public const int BeforeShift = FrozenFormat.IdBits;
    public const int AfterShift = BeforeShift + ClassCount;

    /// <summary>The number of records for pairs, and for characters of three bytes.</summary>
    public const int PairCount = 256 * 256;
    public const int CharacterCount = 16 * 64 * 64;

    /// <summary>The bytes of the section.</summary>
    public const int Length = 256 + (PairCount + CharacterCount) * sizeof(ulong);

    private const uint IdMask = (1u << FrozenFormat.IdBits) - 1;

    private readonly byte* _classes;
    private readonly ulong* _pairs;
    private readonly ulong* _characters;

    // Safety: the section has Length bytes, which is checked.
    public CertifiedStarts(FrozenVocabularySections sections)
    {
        _classes = sections.Open(FrozenSection.CertifiedStarts, Length, out _);
        _pairs = (ulong*)(_classes + 256);
        _characters = _pairs + PairCount;
    }

    /// <summary>The class of a neighbouring byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ClassOf(byte value) => _classes[value];

    /// <summary>The record of two bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong OfPair(byte first, byte second) => _pairs[first << 8 | second];

    /// <summary>The record of a character of three bytes, which must be a lead byte from 0xE0 to 0xEF and two
    /// continuation bytes.</summary>
    // Safety: whatever the bytes, the index is below CharacterCount.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong OfCharacter(byte first, byte second, byte third) => _characters[IndexOf(first, second, third)];

    /// <summary>The number of a character's record.</summary>
    public static int IndexOf(byte first, byte second, byte third) =>
        (first & 0xF) << 12 | (second & 0x3F) << 6 | third & 0x3F;

    /// <summary>Whether a record's bytes are a start between two neighbours: 1, or 0 if not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint IsStart(ulong record, uint classBefore, uint classAfter) =>
        (uint)(~(record >> BeforeShift >> (int)classBefore | record >> AfterShift >> (int)classAfter) & 1);

    /// <summary>The token of a start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint IdOf(ulong record) => (uint)record & IdMask;
}
