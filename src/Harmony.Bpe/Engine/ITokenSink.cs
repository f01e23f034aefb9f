namespace Harmony.Bpe.Engine;

/// <summary>
/// Where the engine's ids go. Encoding, counting and everything else that needs ids is the same engine with
/// another sink; sinks are structs, so that the JIT makes a copy of the engine for each.
/// </summary>
internal interface ITokenSink
{
    /// <summary>Takes all ids of one piece, or none of them and stops the engine.</summary>
    bool TryAdd(scoped ReadOnlySpan<int> pieceIds);

    /// <summary>Takes the single id of a piece, or stops the engine.</summary>
    bool TryAdd(int id);
}
