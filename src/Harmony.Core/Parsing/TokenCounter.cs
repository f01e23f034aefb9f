namespace Harmony.Core.Parsing;

/// <summary>Counts the ids of a completion: all of them, and those of content by channel.</summary>
internal struct TokenCounter
{
    private const int Reasoning = 0;
    private const int Commentary = 1;
    private const int Final = 2;
    private const int Other = 3;

    private readonly int[] _content = new int[4];
    private int _channel;

    public TokenCounter()
    {
    }

    /// <summary>How many ids there were.</summary>
    public int Total { get; private set; }

    /// <summary>The ids by what they are. Ids that are not content are format.</summary>
    public readonly HarmonyTokenCounts Counts => new(
        Total,
        _content[Reasoning],
        _content[Commentary],
        _content[Final],
        _content[Other],
        Total - _content.Sum());

    public void Clear()
    {
        Array.Clear(_content);
        Total = 0;
    }

    /// <summary>Begins the content of a message on a channel.</summary>
    public void BeginContent(string? channel) => _channel = channel switch
    {
        Channels.Analysis => Reasoning,
        Channels.Commentary => Commentary,
        Channels.Final => Final,
        _ => Other,
    };

    /// <summary>Counts ids that were pushed.</summary>
    public void Add(int count) => Total += count;

    /// <summary>Decides that ids, which have been counted, are content.</summary>
    public readonly void AddContent(int count) => _content[_channel] += count;
}
