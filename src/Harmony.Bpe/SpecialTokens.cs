using System.Buffers;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe;

/// <summary>
/// The special tokens of a tokenizer, in ascending order of their ids. Immutable and thread-safe. It is a
/// view of the vocabulary's memory: every access to a name makes a string.
/// </summary>
public sealed class SpecialTokens : IReadOnlyList<SpecialToken>
{
    private readonly SpecialTokenTable _table;

    internal SpecialTokens(SpecialTokenTable table) => _table = table;

    /// <summary>The number of special tokens.</summary>
    public int Count => _table.Count;

    /// <summary>The special token at a position of the ascending order of ids.</summary>
    /// <param name="index">The position, 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside that range.</exception>
    public SpecialToken this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return new(Encoding.UTF8.GetString(_table.NameAt(index)), _table.IdAt(index));
        }
    }

    /// <summary>Whether an id is a special token's.</summary>
    /// <param name="id">Any number.</param>
    internal bool Contains(int id) => _table.IndexOf(id) >= 0;

    /// <summary>Gets the id of a special token.</summary>
    /// <param name="name">Its name, exactly.</param>
    /// <param name="id">The id; 0 if there is no such token.</param>
    /// <returns>Whether there is such a token. Does not allocate.</returns>
    public bool TryGetId(ReadOnlySpan<char> name, out int id)
    {
        // No token has a longer name, or one with lone surrogates.
        Span<byte> utf8 = stackalloc byte[SpecialTokenSection.MaxNameLength];
        id = 0;
        return Utf8.FromUtf16(name, utf8, out _, out int length, replaceInvalidSequences: false)
                == OperationStatus.Done
            && TryGetId(utf8[..length], out id);
    }

    /// <summary>Gets the id of a special token.</summary>
    /// <param name="utf8Name">Its name in UTF-8, exactly.</param>
    /// <param name="id">The id; 0 if there is no such token.</param>
    /// <returns>Whether there is such a token. Does not allocate.</returns>
    public bool TryGetId(ReadOnlySpan<byte> utf8Name, out int id) => _table.TryGetId(utf8Name, out id);

    /// <summary>Gets the name of a special token; the first one if its id has several.</summary>
    /// <param name="id">Any number.</param>
    /// <param name="name">The name, or null.</param>
    /// <returns>Whether the id is a special token's. Allocates the name.</returns>
    public bool TryGetName(int id, [NotNullWhen(true)] out string? name)
    {
        int index = _table.IndexOf(id);
        name = index < 0 ? null : Encoding.UTF8.GetString(_table.NameAt(index));
        return name is not null;
    }

    /// <summary>Enumerates the special tokens in ascending order of their ids.</summary>
    public IEnumerator<SpecialToken> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
