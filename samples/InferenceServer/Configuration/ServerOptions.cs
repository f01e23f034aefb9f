namespace InferenceServer.Configuration;

/// <summary>How the server works. docs/scale.md has the options as a table. Immutable.</summary>
internal sealed record ServerOptions
{
    /// <summary>What samples.</summary>
    public EngineKind Engine { get; init; }

    /// <summary>The file of a scripted engine; null for the demonstration.</summary>
    public string? ScriptFile { get; init; }

    /// <summary>The addresses of an engine that is a server.</summary>
    public IReadOnlyList<Uri> Addresses { get; init; } = [];

    /// <summary>The model's name for clients.</summary>
    public string Model { get; init; } = "gpt-oss-20b";

    /// <summary>The model's name for engines; null to name none, for engines that have one.</summary>
    public string? EngineModel { get; init; }

    /// <summary>How long a scripted engine takes for each id.</summary>
    public TimeSpan Pace { get; init; }

    /// <summary>How many turns the engine samples at a time.</summary>
    public int MaxConcurrent { get; init; }

    /// <summary>How many requests wait for their turn.</summary>
    public int MaxQueue { get; init; }

    /// <summary>The longest body of a request in bytes.</summary>
    public int MaxBodyBytes { get; init; }

    /// <summary>How long a request may take, its time in the queue included.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>How long requests go on when the server is told to stop.</summary>
    public TimeSpan Drain { get; init; }

    /// <summary>The keys of which a client needs one; empty if it needs none.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Whether prompts and completions are logged.</summary>
    public bool LogText { get; init; }

    /// <summary>The header that tells an engine's router the conversation; null for none.</summary>
    public string? SessionHeader { get; init; }

    /// <summary>How many conversations are held.</summary>
    public int MaxConversations { get; init; }

    /// <summary>How much memory they take, roughly.</summary>
    public int MaxConversationBytes { get; init; }
}
