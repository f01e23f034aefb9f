using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe;

/// <summary>
/// The special tokens of a tokenizer, in ascending order of their ids. Immutable, thread-safe, a view of the
/// vocabulary's memory: names become strings only when they are asked for.
/// </summary>
public sealed class SpecialTokens : IReadOnlyList<SpecialToken>
{
    private readonly SpecialTokenTable _table;

    internal SpecialTokens(SpecialTokenTable table) => _table = table;

    /// <summary>How many special tokens there are.</summary>
    public int Count => _table.Count;

    /// <summary>A special token, by its position in the ascending order of ids.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside that range.</exception>
    public SpecialToken this[int index] =>
        new(Encoding.UTF8.GetString(_table.NameAt(index)), _table.IdAt(index));

    /// <summary>Whether an id is a special token's.</summary>
    /// <param name="id">Any number.</param>
    internal bool Contains(int id) => _table.IndexOf(id) >= 0;

    /// <summary>The id of a special token.</summary>
    /// <param name="name">Its name, exactly.</param>
    /// <param name="id">The id, or 0.</param>
    /// <returns>Whether there is such a token. Does not allocate.</returns>
    public bool TryGetId(ReadOnlySpan<char> name, out int id)
    {
        Span<byte> utf8 = stackalloc byte[256];
        if (Encoding.UTF8.GetMaxByteCount(name.Length) <= utf8.Length)
        {
            return TryGetId(utf8[..Encoding.UTF8.GetBytes(name, utf8)], out id);
        }

        return TryGetId(Encoding.UTF8.GetBytes(name.ToString()), out id);
    }

    /// <summary>The id of a special token.</summary>
    /// <param name="utf8Name">Its name in UTF-8, exactly.</param>
    /// <param name="id">The id, or 0.</param>
    /// <returns>Whether there is such a token. Does not allocate.</returns>
    public bool TryGetId(ReadOnlySpan<byte> utf8Name, out int id) => _table.TryGetId(utf8Name, out id);

    /// <summary>The name of a special token.</summary>
    /// <param name="id">Any number.</param>
    /// <param name="name">The name, or null.</param>
    /// <returns>Whether the id is a special token's. Allocates the name.</returns>
    public bool TryGetName(int id, [NotNullWhen(true)] out string? name)
    {
        int index = _table.IndexOf(id);
        name = index < 0 ? null : Encoding.UTF8.GetString(_table.NameAt(index));
        return name is not null;
    }

    /// <summary>Goes through the special tokens in ascending order of their ids.</summary>
    public IEnumerator<SpecialToken> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
