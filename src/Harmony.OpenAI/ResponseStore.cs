using Harmony.Core;
using Harmony.OpenAI.Mapping;

namespace Harmony.OpenAI;

/// <summary>Holds the conversations of answers, for requests that go on from one. Bounded in number and in
/// memory: the oldest answers go first. Thread-safe.</summary>
/// <remarks>What the model sampled is held with its ids, so that the next prompt begins as the last one did.
/// Responses are found by their id. Requests of Chat Completions send the whole conversation as text; it is
/// found by that text, and any difference means that it is not. Messages that several answers share count for
/// each of them. Whoever knows a response's id can go on from it: a server with several users needs one store
/// for each.</remarks>
public sealed class ResponseStore
{
    // What a message takes besides its texts and ids, and a text besides its characters, roughly.
    private const int BytesOfMessage = 200;
    private const int BytesOfText = 60;

    private readonly Lock _lock = new();
    private readonly int _maxCount;
    private readonly long _maxBytes;
    private readonly Dictionary<string, (PromptHistory History, long Bytes)> _histories =
        new(StringComparer.Ordinal);
    private readonly Queue<string> _ids = new();
    private long _bytes;

    /// <summary>Creates a store.</summary>
    /// <param name="maxCount">The most answers.</param>
    /// <param name="maxBytes">The most memory, roughly.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is negative.</exception>
    public ResponseStore(int maxCount = 1000, long maxBytes = 64 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxCount);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        _maxCount = maxCount;
        _maxBytes = maxBytes;
    }

    /// <summary>How many answers are held.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _histories.Count;
            }
        }
    }

    /// <summary>Stores a response that is complete, unless its request says <c>store: false</c> or it is too
    /// large.</summary>
    /// <param name="writer">The writer that wrote it.</param>
    /// <exception cref="InvalidOperationException">The response is not complete.</exception>
    public void Add(ResponseWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Response response = writer.ToResponse();
        if (!response.Store || response.Status == "failed")
        {
            return;
        }

        Add(response.Id, writer.ToHistory());
    }

    /// <summary>Stores the conversation of an answer that is complete, unless something is missing in the
    /// answer or it is too large. A request that repeats the conversation finds it by its messages.</summary>
    /// <param name="writer">The writer that wrote it, of a prompt that was made with this store.</param>
    /// <exception cref="InvalidOperationException">The answer is not complete.</exception>
    public void Add(ChatCompletionWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (writer.ToHistory(out string key) is PromptHistory history)
        {
            Add(key, history);
        }
    }

    internal PromptHistory? Find(string id)
    {
        lock (_lock)
        {
            return _histories.TryGetValue(id, out (PromptHistory History, long Bytes) found)
                ? found.History
                : null;
        }
    }

    private void Add(string id, PromptHistory history)
    {
        long bytes = SizeOf(history);
        lock (_lock)
        {
            if (bytes > _maxBytes || !_histories.TryAdd(id, (history, bytes)))
            {
                return;
            }

            _ids.Enqueue(id);
            _bytes += bytes;
            while (_histories.Count > _maxCount || _bytes > _maxBytes)
            {
                string oldest = _ids.Dequeue();
                _bytes -= _histories[oldest].Bytes;
                _histories.Remove(oldest);
            }
        }
    }

    private static long SizeOf(PromptHistory history)
    {
        long bytes = history.Instructions.Sum(SizeOf);
        foreach ((string id, string name) in history.Calls)
        {
            bytes += SizeOf(id) + SizeOf(name);
        }

        foreach (Message message in history.Messages)
        {
            bytes += BytesOfMessage + (sizeof(int) * (long)message.SampledIds.Length)
                + SizeOf(message.Author.Name) + SizeOf(message.Recipient)
                + SizeOf(message.Channel) + SizeOf(message.ContentType)
                + message.Contents.OfType<TextContent>().Sum(static part => SizeOf(part.Text));
        }

        return bytes;
    }

    private static long SizeOf(string? text) =>
        text is null ? 0 : BytesOfText + (sizeof(char) * (long)text.Length);
}
