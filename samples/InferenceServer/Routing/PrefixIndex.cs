namespace InferenceServer.Routing;

/// <summary>What a replica's cache probably holds: the prefixes of the prompts that it was sent, up to a
/// number of blocks. Those that were used longest ago go first. Not thread-safe.</summary>
internal sealed class PrefixIndex(int maxBlocks)
{
    private readonly Dictionary<ulong, LinkedListNode<ulong>> _nodes = [];
    private readonly LinkedList<ulong> _byUse = new();

    /// <summary>How many blocks are held.</summary>
    public int Count => _nodes.Count;

    /// <summary>How many of a prompt's first blocks are held.</summary>
    public int Match(ReadOnlySpan<ulong> prefixes)
    {
        int count = 0;
        while (count < prefixes.Length && _nodes.ContainsKey(prefixes[count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>Takes a prompt's blocks.</summary>
    public void Add(ReadOnlySpan<ulong> prefixes)
    {
        // From the end, so that no block is dropped before those that go on from it.
        for (int i = Math.Min(prefixes.Length, maxBlocks) - 1; i >= 0; i--)
        {
            if (_nodes.TryGetValue(prefixes[i], out LinkedListNode<ulong>? node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                continue;
            }

            _nodes.Add(prefixes[i], _byUse.AddFirst(prefixes[i]));
        }

        while (_nodes.Count > maxBlocks)
        {
            _nodes.Remove(_byUse.Last!.Value);
            _byUse.RemoveLast();
        }
    }

    /// <summary>Forgets all: the replica was started again.</summary>
    public void Clear()
    {
        _nodes.Clear();
        _byUse.Clear();
    }
}
