using System.IO.Hashing;

namespace Harmony.Bpe.Vocabulary;

/// <summary>Bytes to id while a vocabulary is being made: an ordinary dictionary that can be asked with a
/// span.</summary>
internal static class TokenIndex
{
    /// <summary>Indexes tokens by their bytes.</summary>
    public static Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> Create(
        IReadOnlyList<byte[]> tokens)
    {
        var idOf = new Dictionary<byte[], int>(tokens.Count, BytesComparer.Instance);
        for (int id = 0; id < tokens.Count; id++)
        {
            idOf.Add(tokens[id], id);
        }

        return idOf.GetAlternateLookup<ReadOnlySpan<byte>>();
    }
}

/// <summary>Compares byte strings by content.</summary>
internal sealed class BytesComparer
    : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly BytesComparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(byte[] token) => GetHashCode(token.AsSpan());

    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)XxHash3.HashToUInt64(alternate);

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
