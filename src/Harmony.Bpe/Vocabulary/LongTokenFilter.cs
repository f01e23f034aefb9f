using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable filter of tokens of 14 bytes and more: most pieces of that length that are no tokens are told by
/// one bit, which is in the processor's second cache, where the tables of tokens are in its third or in
/// memory. A token's bit is set; so is the bit of one other piece in sixteen.
/// </summary>
internal readonly unsafe struct LongTokenFilter
{
    /// <summary>The length of the shortest tokens that it has.</summary>
    public const int MinLength = ShortVocabularyKey.MaxLength + 1;

    /// <summary>The bytes of the filter.</summary>
    public const int Length = 1 << (BitCountLog - 3);

    private const int BitCountLog = 17;

    private readonly byte* _bits;

    // Safety: the section has Length bytes, which is checked.
    public LongTokenFilter(FrozenVocabularySections sections) =>
        _bits = sections.Open(FrozenSection.LongTokenFilter, Length, out _);

    /// <summary>Makes the section.</summary>
    public static byte[] Build(IReadOnlyList<byte[]> tokens)
    {
        var bits = new byte[Length];
        foreach (byte[] token in tokens)
        {
            if (token.Length >= MinLength)
            {
                uint bit = BitOf(token);
                bits[bit / 8] |= (byte)(1 << (int)(bit % 8));
            }
        }

        return bits;
    }

    /// <summary>Whether a piece of at least <see cref="MinLength"/> bytes may be a token; if not, it is
    /// none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayHave(ReadOnlySpan<byte> piece)
    {
        // Safety: there are Length bytes, and eight times as many bits.
        uint bit = BitOf(piece);
        return (_bits[bit / 8] >> (int)(bit % 8) & 1) != 0;
    }

    /// <summary>The bit of a piece: a hash of its first and its last eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint BitOf(ReadOnlySpan<byte> piece)
    {
        Debug.Assert(
            piece.Length >= MinLength, $"The piece has {piece.Length} bytes, but must have at least {MinLength}.");
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(piece);
        ulong last = BinaryPrimitives.ReadUInt64LittleEndian(piece[^sizeof(ulong)..]);
        return (uint)(PerfectHash.Hash(first, last, seed: 0) >> (64 - BitCountLog));
    }
}
