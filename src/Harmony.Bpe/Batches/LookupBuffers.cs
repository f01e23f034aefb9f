namespace Harmony.Bpe.Batches;

/// <summary>The pieces that are being looked up. Numbering: by piece in its lookup group, from 0 below
/// <see cref="BatchLimits.LookupGroup"/>.</summary>
// Safety: a group has at most LookupGroup pieces; the loops over it assert that.
internal readonly unsafe struct LookupBuffers(ref NativeArena arena)
{
    /// <summary>The key of each piece, and its home line of the cache.</summary>
    public readonly CacheLookup* Lookups = (CacheLookup*)arena.Take(BatchLimits.LookupGroup, sizeof(CacheLookup));
}
