using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Batches;

/// <summary>How the pieces of a batch are looked up. Numbering: by piece, as in
/// <see cref="SplitBuffers"/>.</summary>
// Safety: pieces are numbered below MaxPieces, which the accessor asserts.
internal readonly unsafe struct LookupBuffers(ref NativeArena arena)
{
    private readonly CacheLookup* _lookups =
        (CacheLookup*)arena.Take(BatchLimits.MaxPieces, sizeof(CacheLookup));

    /// <summary>The key of each piece, and where it can be, from one piece on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CacheLookup* LookupsFrom(int piece)
    {
        Debug.Assert(
            (uint)piece <= BatchLimits.MaxPieces,
            $"The piece has number {piece}, but there are at most {BatchLimits.MaxPieces}.");
        return _lookups + piece;
    }
}
