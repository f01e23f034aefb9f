using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>Immutable table from the id of a ranked token to its bytes. It keeps the vocabulary's memory
/// alive.</summary>
internal readonly unsafe struct TokenTable
{
    private readonly uint* _offsets;
    private readonly byte* _bytes;
    private readonly FrozenMemory _memory;

    /// <summary>How many ranked tokens there are; their ids are 0 to Count − 1.</summary>
    public readonly int Count;

    /// <summary>The length of the longest token, in bytes.</summary>
    public readonly int MaxLength;

    // Safety: offsets holds count + 1 ascending values, the last of which is the length of the bytes section.
    public TokenTable(FrozenVocabularySections sections, int count, int maxLength)
    {
        Count = count;
        MaxLength = maxLength;
        _memory = sections.Memory;
        _offsets = (uint*)sections.Open(FrozenSection.TokenOffsets, (count + 1L) * sizeof(uint), out _);
        _bytes = sections.Open(FrozenSection.TokenBytes, Unsafe.ReadUnaligned<uint>(_offsets + count), out _);
    }

    /// <summary>The bytes of a ranked token; the span keeps them alive.</summary>
    public ReadOnlySpan<byte> BytesOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Count);

        // Safety: id is below Count, so both offsets are inside their section. They are read before the view
        // is made, which then keeps the memory alive.
        uint start = _offsets[id];
        return _memory.View(_bytes + start, (int)(_offsets[id + 1] - start));
    }
}
