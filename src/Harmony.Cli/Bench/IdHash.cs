namespace Harmony.Cli.Bench;

/// <summary>FNV-1a, 64 bits, of ids as 32 bits each, little end first: the same ids give the same number in
/// any language.</summary>
internal struct IdHash
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    private ulong _value = OffsetBasis;

    public IdHash()
    {
    }

    public readonly ulong Value => _value;

    public void Add(ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            for (int shift = 0; shift < 32; shift += 8)
            {
                _value = (_value ^ (byte)(id >> shift)) * Prime;
            }
        }
    }
}
