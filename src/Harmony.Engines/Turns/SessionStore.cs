using Harmony.Core;

namespace Harmony.Engines.Turns;

/// <summary>
/// Holds the renderers of conversations between turns: a bounded number of conversations, of a bounded
/// number of ids in all. What they hold besides ids counts as the ids that would take as much. The one that was used longest ago goes first. A renderer in use is not in the store,
/// so that two turns of one conversation never share it. Thread-safe.
/// </summary>
internal sealed class SessionStore(int maxSessions, long maxTokens)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _tokens;

    /// <summary>Gets how many conversations are held.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Takes a conversation's renderer out; null if it is not held.</summary>
    public ConversationRenderer? Rent(string? sessionId)
    {
        if (sessionId is null)
        {
            return null;
        }

        lock (_lock)
        {
            return _entries.TryGetValue(sessionId, out LinkedListNode<Entry>? node)
                ? Remove(node).Renderer
                : null;
        }
    }

    /// <summary>Puts a conversation's renderer in, instead of one that is there.</summary>
    /// <param name="sessionId">The conversation; null for one that is not held.</param>
    /// <param name="renderer">The renderer.</param>
    /// <param name="tokens">The length of its last prompt in ids.</param>
    public void Return(string? sessionId, ConversationRenderer renderer, int tokens)
    {
        if (sessionId is null || maxSessions == 0)
        {
            return;
        }

        long size = tokens + (SessionSize.BesidesIds(sessionId, renderer) / SessionSize.BytesOfId);
        if (size > maxTokens)
        {
            return;
        }

        lock (_lock)
        {
            if (_entries.TryGetValue(sessionId, out LinkedListNode<Entry>? same))
            {
                Remove(same);
            }

            _entries.Add(sessionId, _byUse.AddFirst(new Entry(sessionId, renderer, size)));
            _tokens += size;
            while (_entries.Count > maxSessions || _tokens > maxTokens)
            {
                Remove(_byUse.Last!);
            }
        }
    }

    private Entry Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.SessionId);
        _tokens -= node.Value.Size;
        return node.Value;
    }

    private sealed record Entry(string SessionId, ConversationRenderer Renderer, long Size);
}
