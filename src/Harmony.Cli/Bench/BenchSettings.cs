namespace Harmony.Cli.Bench;

/// <summary>How files are timed.</summary>
internal sealed record BenchSettings
{
    /// <summary>Bytes of a document; null for a whole file.</summary>
    public int? DocumentSize { get; init; }

    public int Passes { get; init; } = 9;

    /// <summary>Whether the private caches are empty before every pass.</summary>
    public bool Cold { get; init; }

    /// <summary>Whether the private caches are empty before every document. Emptying them does not
    /// count.</summary>
    public bool Fresh { get; init; }

    /// <summary>Whether the thread's processor time counts, rather than the time of day.</summary>
    public bool ThreadTime { get; init; }

    /// <summary>How long built-in text is encoded first. Code is compiled again, better, once it has proved to
    /// be hot and some tenths of a second have passed without new code.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);
}
