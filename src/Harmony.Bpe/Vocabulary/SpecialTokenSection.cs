using System.Buffers.Binary;
using System.Text;

namespace Harmony.Bpe.Vocabulary;

/// <summary>Checks a set of special tokens, and lays it out as <see cref="SpecialTokenTable"/> reads
/// it.</summary>
internal static class SpecialTokenSection
{
    /// <summary>The longest name of a special token, in bytes of UTF-8.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Lays out one set.</summary>
    /// <exception cref="VocabularyException">A name is empty, too long, not valid Unicode or given twice; or
    /// an id cannot be a special token's.</exception>
    public static byte[] Build(IEnumerable<KeyValuePair<string, int>> specialTokens, int rankedTokenCount)
    {
        // Names with the same id stay in their order.
        (byte[] Name, int Id)[] byId = [.. specialTokens.Select(Encode).OrderBy(static token => token.Id)];
        Check(byId, rankedTokenCount);

        int count = byId.Length;
        int namesOffset = SpecialTokenTable.HeaderLength + (3 * count + 1) * sizeof(uint);
        var section = new byte[namesOffset + byId.Sum(static token => token.Name.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(section, count);
        int maxNameLength = byId.Select(static t => t.Name.Length).DefaultIfEmpty().Max();
        BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(4), maxNameLength);
        BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(8), CommonPrefixLength(byId));

        int[] byName = [.. Enumerable.Range(0, count)];
        Array.Sort(byName, (x, y) => byId[x].Name.AsSpan().SequenceCompareTo(byId[y].Name));
        for (int i = 1; i < count; i++)
        {
            (byte[] name, int id) = byId[byName[i]];
            (byte[] other, int otherId) = byId[byName[i - 1]];
            if (name.AsSpan().SequenceEqual(other))
            {
                throw new VocabularyException(
                    $"The special token {Encoding.UTF8.GetString(name)} is given twice, "
                    + $"with the ids {Math.Min(id, otherId)} and {Math.Max(id, otherId)}.");
            }
        }

        int nameOffset = 0;
        for (int i = 0; i < count; i++)
        {
            Span<byte> ids = section.AsSpan(SpecialTokenTable.HeaderLength);
            Span<byte> offsets = ids[(count * sizeof(uint))..];
            Span<byte> order = offsets[((count + 1) * sizeof(uint))..];
            BinaryPrimitives.WriteInt32LittleEndian(ids[(i * sizeof(uint))..], byId[i].Id);
            BinaryPrimitives.WriteInt32LittleEndian(order[(i * sizeof(uint))..], byName[i]);
            byId[i].Name.CopyTo(section, namesOffset + nameOffset);
            nameOffset += byId[i].Name.Length;
            BinaryPrimitives.WriteInt32LittleEndian(offsets[((i + 1) * sizeof(uint))..], nameOffset);
        }

        return section;
    }

    private static (byte[] Name, int Id) Encode(KeyValuePair<string, int> token)
    {
        try
        {
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(token.Key ?? ""), token.Value);
        }
        catch (EncoderFallbackException)
        {
            throw new VocabularyException(
                $"The name of the special token with id {token.Value} holds a lone surrogate.");
        }
    }

    private static void Check((byte[] Name, int Id)[] byId, int rankedTokenCount)
    {
        foreach ((byte[] name, int id) in byId)
        {
            if (name.Length == 0)
            {
                throw new VocabularyException($"The special token with id {id} has an empty name.");
            }

            if (name.Length > MaxNameLength)
            {
                throw new VocabularyException(
                    $"The name of the special token with id {id} has {name.Length} bytes; "
                    + $"at most {MaxNameLength} are supported.");
            }

            // The vocabulary's size, one more than the largest id, must be an int too.
            if (id is < 0 or int.MaxValue)
            {
                throw new VocabularyException(
                    $"The special token {Encoding.UTF8.GetString(name)} has id {id}; "
                    + $"ids must be 0 to {int.MaxValue - 1}.");
            }

            if (id < rankedTokenCount)
            {
                throw new VocabularyException(
                    $"The special token {Encoding.UTF8.GetString(name)} has id {id}, "
                    + "which is a ranked token's.");
            }
        }
    }

    private static int CommonPrefixLength((byte[] Name, int Id)[] tokens) =>
        tokens.Length == 0 ? 0 : tokens.Min(token => token.Name.AsSpan().CommonPrefixLength(tokens[0].Name));
}
