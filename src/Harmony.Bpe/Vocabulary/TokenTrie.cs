using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Immutable tree of the tokens that merging can form, byte by byte from their first: which tokens a text
/// begins with. There is one only for vocabularies whose tokens all have a higher rank than their parts, and
/// are not too long.
/// </summary>
/// <remarks>A node is a word: the byte that leads to it, plus one; the id of the token that ends there; and where
/// its children begin. Its child for a byte, if there is one, stands that many words further on. No two nodes'
/// children begin at the same place, so that the byte tells whose child a node is.</remarks>
internal readonly unsafe struct TokenTrie
{
    /// <summary>The longest token, in bytes, of a vocabulary that has a tree.</summary>
    public const int MaxTokenLength = 256;

    /// <summary>The id of a node where no token ends.</summary>
    public const uint NoId = (1u << FrozenFormat.IdBits) - 1;

    /// <summary>Bits of a node that hold its byte, plus one.</summary>
    public const int LabelBits = 9;

    /// <summary>From which bit on a node has the number of the word where its children begin.</summary>
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

    /// <summary>Whether the vocabulary has no tree.</summary>
    public bool IsEmpty => _nodes == null;

    /// <summary>Finds the tokens with which a text begins.</summary>
    /// <param name="text">The text's first byte.</param>
    /// <param name="length">How many bytes there are.</param>
    /// <param name="found">Receives the tokens from the shortest to the longest, each as
    /// <c>length &lt;&lt; 18 | id</c>; at most as many as the longest token has bytes.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>How many bytes were looked at.</returns>
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
