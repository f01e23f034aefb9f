using System.Text;
using Harmony.Bpe;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Vocab.Builder;

/// <summary>
/// Reads a frozen vocabulary with the engine's own tables and compares every answer with the sources: each
/// token's bytes, its look-up, its split, its merge from single bytes, each code point's class, each special
/// token.
/// </summary>
internal static class VocabularyProof
{
    /// <summary>Proves a frozen vocabulary.</summary>
    /// <returns>The tokens that merging cannot form.</returns>
    /// <exception cref="VocabularyException">An answer differs; the message names the first.</exception>
    public static IReadOnlyList<int> Prove(
        byte[] frozen,
        RankFile ranks,
        CharacterClass[] classes,
        IReadOnlyList<Dictionary<string, int>> specials)
    {
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(frozen);
        var unreachable = new List<int>();
        for (int id = 0; id < ranks.Tokens.Count; id++)
        {
            byte[] token = ranks.Tokens[id];
            Require(
                vocabulary.Tokens.BytesOf(id).SequenceEqual(token), $"id {id} does not decode to its bytes");
            Require(vocabulary.Pieces.Find(token) == id, $"the bytes of id {id} are not found");
            ProveMerge(vocabulary, id, token, unreachable);
            ProveTree(vocabulary, id, token);
        }

        for (int codePoint = 0; codePoint < classes.Length; codePoint++)
        {
            Require(
                vocabulary.Classes[(uint)codePoint] == classes[codePoint],
                $"U+{codePoint:X4} has the wrong class");
        }

        for (int set = 0; set < specials.Count; set++)
        {
            ProveSpecialTokens(vocabulary.OpenSpecialTokens(set), specials[set]);
        }

        // The tables are pointers, which keep nothing alive.
        GC.KeepAlive(vocabulary);
        return unreachable;
    }

    private static void ProveMerge(FrozenVocabulary vocabulary, int id, byte[] token, List<int> unreachable)
    {
        if (token.Length == 1)
        {
            Require(vocabulary.Merges.IdOfByte(token[0]) == id, $"the byte of id {id} is not its own token");
            return;
        }

        if (!vocabulary.Merges.TryGetSplit(id, out int left, out int right))
        {
            unreachable.Add(id);
            return;
        }

        Require(vocabulary.Merges.Find(left, right) == id, $"the split of id {id} does not merge back");
        var ids = new int[token.Length];
        Require(
            PieceMerger.Merge(token, vocabulary.Merges, ids, CancellationToken.None) == 1 && ids[0] == id,
            $"the bytes of id {id} do not merge to it");
    }

    /// <summary>The tree finds the tokens with which a token begins, as looking each of its beginnings up
    /// does.</summary>
    private static unsafe void ProveTree(FrozenVocabulary vocabulary, int id, byte[] token)
    {
        if (vocabulary.Trie.IsEmpty)
        {
            return;
        }

        uint* found = stackalloc uint[TokenTrie.MaxTokenLength];
        fixed (byte* bytes = token)
        {
            vocabulary.Trie.FindPrefixes(bytes, token.Length, found, out int count);
            for (int length = 1; length <= token.Length; length++)
            {
                int prefix = vocabulary.Pieces.Find(token.AsSpan(0, length));
                if (prefix >= 0 && (length == 1 || vocabulary.Merges.TryGetSplit(prefix, out _, out _)))
                {
                    uint expected = (uint)length << FrozenFormat.IdBits | (uint)prefix;
                    Require(count-- > 0 && *found++ == expected, $"the tree lacks a beginning of id {id}");
                }
            }

            Require(count == 0, $"the tree has a beginning of id {id} that is no token");
        }
    }

    private static void ProveSpecialTokens(SpecialTokenTable table, Dictionary<string, int> tokens)
    {
        Require(table.Count == tokens.Count, "the number of special tokens is wrong");
        foreach ((string name, int id) in tokens)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(name);
            int index = table.LongestPrefixOf(utf8);
            Require(
                index >= 0
                    && table.IdAt(index) == id
                    && table.IndexOf(id) == index
                    && table.NameAt(index).SequenceEqual(utf8),
                $"the special token {name} is not found");
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new VocabularyException($"The frozen vocabulary is wrong: {otherwise}.");
        }
    }
}
