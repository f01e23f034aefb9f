using System.Text.Json;

namespace Harmony.Engines;

/// <summary>How the client of a server works. Immutable.</summary>
public sealed record HttpGeneratorOptions
{
    internal static HttpGeneratorOptions Default { get; } = new();

    /// <summary>The address of the server, without the path of its API, such as <c>http://localhost:8080</c>;
    /// null for the client's <see cref="HttpClient.BaseAddress"/>.</summary>
    public Uri? BaseAddress { get; init; }

    /// <summary>The model's name, for servers that have several; null to name none.</summary>
    public string? Model { get; init; }

    /// <summary>How long a request may wait for its first id: in the server's queue, and while the prompt is
    /// read. Five minutes by default. The client's <see cref="HttpClient.Timeout"/> applies as well, until
    /// the server answers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive or over 49 days, and is not
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</exception>
    public TimeSpan FirstTokenTimeout { get; init => field = Range.Timeout(value); } =
        TimeSpan.FromMinutes(5);

    /// <summary>How long the server may be silent between ids. One minute by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive or over 49 days, and is not
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</exception>
    public TimeSpan IdleTimeout { get; init => field = Range.Timeout(value); } = TimeSpan.FromMinutes(1);

    /// <summary>How often a request is sent again if the server cannot be reached, is overloaded or breaks
    /// off before the first id. Twice by default; 0 for never. After the first id nothing is sent
    /// again.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxRetries { get; init => field = Range.NotNegative(value)!.Value; } = 2;

    /// <summary>How long to wait before the first retry. Each further one waits twice as long, and longer if
    /// the server asks for that, but never over ten seconds. A quarter of a second by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or over 49
    /// days.</exception>
    public TimeSpan RetryDelay { get; init => field = Range.Positive(value); } =
        TimeSpan.FromMilliseconds(250);

    /// <summary>The name of a header that carries <see cref="TokenRequest.SessionId"/>, for routers that keep
    /// a conversation on one machine; null, the default, to send none. An id that is not ASCII is
    /// refused.</summary>
    public string? SessionHeader { get; init; }

    /// <summary>Writes more members into each request's JSON object, such as a priority; null for
    /// none.</summary>
    public Action<Utf8JsonWriter, TokenRequest>? WriteMembers { get; init; }

    /// <summary>The clock of time-outs and delays.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
