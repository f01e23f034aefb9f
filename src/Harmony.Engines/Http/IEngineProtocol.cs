using System.Text.Json;

namespace Harmony.Engines.Http;

/// <summary>How a server's API spells requests and events. Immutable and thread-safe.</summary>
internal interface IEngineProtocol
{
    /// <summary>The path of the API, without a slash before it.</summary>
    string Path { get; }

    /// <summary>Writes the members of a request's JSON object.</summary>
    void WriteRequest(Utf8JsonWriter json, TokenRequest request, string? model);

    /// <summary>Reads an event's JSON object.</summary>
    /// <param name="json">The object, at its start.</param>
    /// <param name="read">Takes what it says; empty.</param>
    void ReadEvent(ref Utf8JsonReader json, EngineEvent read);
}
