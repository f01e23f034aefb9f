using System.Buffers.Binary;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Lays out a <see cref="TokenTrie"/>: the nodes with most children first, each family at the first place
/// where its words are free, so that families of one child fill the gaps.
/// </summary>
internal static class TokenTrieBuilder
{
    /// <summary>After this many failed places, the search for families of the same size starts further
    /// on.</summary>
    private const int MaxTries = 32;

    /// <summary>The section of the trie; null if the vocabulary cannot have one.</summary>
    /// <param name="tokens">All tokens.</param>
    /// <param name="splits">Their splits.</param>
    public static byte[]? TryBuild(IReadOnlyList<byte[]> tokens, ulong[] splits)
    {
        for (int id = 0; id < splits.Length; id++)
        {
            bool isSplit = splits[id] != MergeTable.NoSplit;
            if (tokens[id].Length > TokenTrie.MaxTokenLength
                || (isSplit && ((uint)splits[id] >= id || (uint)(splits[id] >> 32) >= id)))
            {
                return null;
            }
        }

        var tree = new Tree(tokens, splits);
        return Write(tree, Place(tree, out int end), end);
    }

    /// <summary>Finds where each node's children begin.</summary>
    private static int[] Place(Tree tree, out int end)
    {
        var childrenAt = new int[tree.Count];
        var taken = new bool[tree.Count + 4 * 256];
        var begun = new bool[taken.Length];
        taken[0] = true;
        int firstFree = 1;
        int from = 1;
        int size = 0;
        end = 1;
        foreach (int parent in LargestFamiliesFirst(tree))
        {
            ReadOnlySpan<byte> labels = tree.LabelsOf(parent);
            if (end + 2 * 256 > taken.Length)
            {
                Array.Resize(ref taken, 2 * taken.Length);
                Array.Resize(ref begun, taken.Length);
            }

            while (taken[firstFree])
            {
                firstFree++;
            }

            from = labels.Length != size ? firstFree : Math.Max(from, firstFree);
            size = labels.Length;
            int at = from;
            while (!Fits(at - labels[0], labels, taken, begun))
            {
                at++;
            }

            from = at - from > MaxTries ? at : from;
            childrenAt[parent] = at - labels[0];
            begun[at - labels[0]] = true;
            foreach (byte label in labels)
            {
                taken[childrenAt[parent] + label] = true;
                end = Math.Max(end, childrenAt[parent] + label + 1);
            }
        }

        return childrenAt;
    }

    private static int[] LargestFamiliesFirst(Tree tree)
    {
        // A counting sort: there are many nodes and few sizes.
        var place = new int[256 + 2];
        for (int node = 0; node < tree.Count; node++)
        {
            place[256 - tree.ChildCount[node] + 1]++;
        }

        for (int size = 1; size < place.Length; size++)
        {
            place[size] += place[size - 1];
        }

        var parents = new int[place[256]];
        for (int node = 0; node < tree.Count; node++)
        {
            if (tree.ChildCount[node] != 0)
            {
                parents[place[256 - tree.ChildCount[node]]++] = node;
            }
        }

        return parents;
    }

    private static bool Fits(int begin, ReadOnlySpan<byte> labels, bool[] taken, bool[] begun)
    {
        if (begin < 0 || begun[begin])
        {
            return false;
        }

        foreach (byte label in labels)
        {
            if (taken[begin + label])
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] Write(Tree tree, int[] childrenAt, int end)
    {
        // After the last node there are 256 free words, where nodes without children have theirs.
        var section = new byte[(end + 256) * sizeof(ulong)];
        for (int parent = 0; parent < tree.Count; parent++)
        {
            if (parent == 0)
            {
                WriteNode(0, 0);
            }

            ReadOnlySpan<byte> labels = tree.LabelsOf(parent);
            for (int i = 0; i < labels.Length; i++)
            {
                WriteNode(childrenAt[parent] + labels[i], tree.FirstChild[parent] + i, labels[i] + 1u);
            }
        }

        return section;

        void WriteNode(int at, int node, uint label = 0)
        {
            var children = (ulong)(tree.ChildCount[node] != 0 ? childrenAt[node] : end);
            ulong word = label | (ulong)tree.Ids[node] << TokenTrie.LabelBits
                | children << TokenTrie.ChildrenShift;
            BinaryPrimitives.WriteUInt64LittleEndian(section.AsSpan(at * sizeof(ulong)), word);
        }
    }

    /// <summary>The trie as lists, level by level: the children of a node have consecutive numbers.</summary>
    private sealed class Tree
    {
        private readonly List<byte> _labels = [0];

        public Tree(IReadOnlyList<byte[]> tokens, ulong[] splits)
        {
            int[] sorted =
            [
                .. Enumerable.Range(0, splits.Length)
                    .Where(id => tokens[id].Length == 1 || splits[id] != MergeTable.NoSplit),
            ];
            Sort(sorted, tokens);

            // A node stands for the tokens that begin with the same bytes, which are neighbours when sorted.
            var ranges = new Queue<(int From, int To, int Depth)>();
            ranges.Enqueue((0, sorted.Length, 0));
            while (ranges.TryDequeue(out (int From, int To, int Depth) range))
            {
                int from = range.From;
                bool isToken = tokens[sorted[from]].Length == range.Depth;
                Ids.Add(isToken ? (uint)sorted[from] : TokenTrie.NoId);
                from += isToken ? 1 : 0;
                FirstChild.Add(_labels.Count);
                while (from < range.To)
                {
                    byte label = tokens[sorted[from]][range.Depth];
                    int to = from + 1;
                    while (to < range.To && tokens[sorted[to]][range.Depth] == label)
                    {
                        to++;
                    }

                    _labels.Add(label);
                    ranges.Enqueue((from, to, range.Depth + 1));
                    from = to;
                }

                ChildCount.Add(_labels.Count - FirstChild[^1]);
            }
        }

        public int Count => Ids.Count;

        /// <summary>Sorts tokens by their bytes: by the first eight as a number, and if these are equal by
        /// all.</summary>
        private static void Sort(int[] ids, IReadOnlyList<byte[]> tokens)
        {
            var keys = new ulong[ids.Length];
            Span<byte> first = stackalloc byte[sizeof(ulong)];
            for (int i = 0; i < ids.Length; i++)
            {
                byte[] token = tokens[ids[i]];
                first.Clear();
                token.AsSpan(0, Math.Min(token.Length, first.Length)).CopyTo(first);
                keys[i] = BinaryPrimitives.ReadUInt64BigEndian(first);
            }

            Array.Sort(keys, ids);
            var byBytes = Comparer<int>.Create((x, y) => tokens[x].AsSpan().SequenceCompareTo(tokens[y]));
            for (int from = 0, to; from < ids.Length; from = to)
            {
                to = from + 1;
                while (to < ids.Length && keys[to] == keys[from])
                {
                    to++;
                }

                Array.Sort(ids, from, to - from, byBytes);
            }
        }

        public List<uint> Ids { get; } = [];

        public List<int> FirstChild { get; } = [];

        public List<int> ChildCount { get; } = [];

        public ReadOnlySpan<byte> LabelsOf(int parent) =>
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_labels)
                .Slice(FirstChild[parent], ChildCount[parent]);
    }
}
