using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable trie of the tokens that merging can form: finds the tokens that a text begins with. A vocabulary
/// has one only if all its tokens have a higher rank than their parts, and are not too long.
/// </summary>
/// <remarks>A node is a word: the byte that leads to it, plus one; the id of the token that ends there; and
/// where its children begin. The child for a byte is that many words after the beginning. No two nodes have
/// children that begin at the same place, so the byte in a word tells whether it is a child of this
/// node.</remarks>
internal readonly unsafe struct TokenTrie
{
    /// <summary>The longest token of a vocabulary that has a trie, in bytes.</summary>
    public const int MaxTokenLength = 256;

    /// <summary>The id of a node where no token ends.</summary>
    public const uint NoId = (1u << FrozenFormat.IdBits) - 1;

    /// <summary>Bits of a node that hold its byte, plus one.</summary>
    public const int LabelBits = 9;

    /// <summary>The first bit of the number of the word where the children begin.</summary>
    public const int ChildrenShift = LabelBits + FrozenFormat.IdBits;

    private readonly ulong* _nodes;

    // Safety: the section must be as TokenTrieBuilder makes it: wherever children begin, there are 256 words.
    public TokenTrie(FrozenVocabularySections sections)
    {
        if (sections.TryOpen(FrozenSection.TokenTrie, out byte* start, out long length)
            && length > (1 + 256) * sizeof(ulong))
        {
            _nodes = (ulong*)start;
        }
    }

    /// <summary>Whether the vocabulary has no trie.</summary>
    public bool IsEmpty => _nodes == null;

    /// <summary>Finds the tokens that a text begins with.</summary>
    /// <param name="text">The first byte of the text.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="found">Receives the tokens from the shortest to the longest, each as <c>length &lt;&lt;
    /// 18 | id</c>; at most one for each byte of the longest token.</param>
    /// <param name="count">The number of tokens.</param>
    /// <returns>The number of bytes that were read.</returns>
    // Safety: the bytes must be readable, and found must have room for MaxTokenLength.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FindPrefixes(byte* text, int length, uint* found, out int count)
    {
        ulong* nodes = _nodes;
        ulong node = *nodes;
        uint* next = found;
        int read = 0;
        while (read < length)
        {
            uint value = text[read++];

            // Safety: there are 256 words where a node's children begin, also if it has none.
            node = Unsafe.ReadUnaligned<ulong>(nodes + (node >> ChildrenShift) + value);
            if ((node & ((1u << LabelBits) - 1)) != value + 1)
            {
                break;
            }

            var id = (uint)(node >> LabelBits) & NoId;
            *next = (uint)read << FrozenFormat.IdBits | id;
            next += id != NoId ? 1 : 0;
        }

        count = (int)(next - found);
        return read;
    }
}
