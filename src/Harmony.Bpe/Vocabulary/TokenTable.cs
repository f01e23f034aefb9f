using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Harmony.Bpe.Vocabulary;

/// <summary>Immutable table from the id of a ranked token to its bytes. It keeps its memory alive.</summary>
internal readonly unsafe struct TokenTable
{
    private readonly uint* _offsets;
    private readonly byte* _bytes;
    private readonly uint _bytesLength;
    private readonly FrozenMemory _memory;

    /// <summary>The number of ranked tokens; their ids are 0 to Count − 1.</summary>
    public readonly int Count;

    /// <summary>The length of the longest token, in bytes.</summary>
    public readonly int MaxLength;

    // Safety: offsets holds count + 1 ascending values; the last is the length of the bytes section.
    public TokenTable(FrozenVocabularySections sections, int count, int maxLength)
    {
        Count = count;
        MaxLength = maxLength;
        _memory = sections.Memory;
        _offsets = (uint*)sections.Open(FrozenSection.TokenOffsets, (count + 1L) * sizeof(uint), out _);
        _bytesLength = Unsafe.ReadUnaligned<uint>(_offsets + count);
        _bytes = sections.Open(FrozenSection.TokenBytes, _bytesLength, out _);
    }

    /// <summary>The bytes of a ranked token; the span keeps them alive.</summary>
    public ReadOnlySpan<byte> BytesOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Count);

        // Safety: id is below Count, so both offsets are in their section. They are read before the view is
        // made, which then keeps the memory alive.
        uint start = _offsets[id];
        return _memory.View(_bytes + start, (int)(_offsets[id + 1] - start));
    }

    /// <summary>The length of a ranked token, in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LengthOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Count);

        // Safety: id is below Count, so both offsets are in their section.
        var length = (int)(_offsets[id + 1] - _offsets[id]);
        _memory.KeepAlive();
        return length;
    }

    /// <summary>Copies the bytes of ranked tokens of at most 16 bytes, always 16 at a time. Stops at the
    /// first id that is none of these, or where the source or the destination has fewer than 16 bytes
    /// left.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="destination">Receives the bytes; up to 16 past the valid ones may be overwritten.</param>
    /// <param name="written">The number of valid bytes.</param>
    /// <returns>The number of ids that were decoded.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int CopyShort(ReadOnlySpan<int> ids, Span<byte> destination, out int written)
    {
        int done = 0;
        nint room = destination.Length - Vector128<byte>.Count;
        nint length = 0;
        fixed (byte* to = destination)
        {
            while (done < ids.Length && length <= room)
            {
                var id = (uint)ids[done];
                if (id >= (uint)Count)
                {
                    break;
                }

                // Safety: id is below Count, so both offsets are in their section. Sixteen bytes are read and
                // written only where both sides have them.
                uint start = _offsets[id];
                uint tokenLength = _offsets[id + 1] - start;
                if (tokenLength > (uint)Vector128<byte>.Count
                    || _bytesLength - start < (uint)Vector128<byte>.Count)
                {
                    break;
                }

                Vector128.Store(Vector128.Load(_bytes + start), to + length);
                length += (nint)tokenLength;
                done++;
            }
        }

        _memory.KeepAlive();
        written = (int)length;
        return done;
    }
}
