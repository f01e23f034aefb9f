namespace Harmony.Bpe.Caching;

/// <summary>The constants of
/// <see cref="CacheLine.Find(byte*, System.Runtime.Intrinsics.Vector128{byte}, in LineMasks)"/>. A loop that
/// is given them keeps them in registers; constants the JIT would load again in every turn.</summary>
internal readonly struct LineMasks()
{
    public readonly ulong Keys = CacheLine.AllKeys;
    public readonly ulong First = CacheLine.FirstBytes | CacheLine.NoIds;
    public readonly ulong After = CacheLine.BytesAfterKeys | CacheLine.NoIds;
}
