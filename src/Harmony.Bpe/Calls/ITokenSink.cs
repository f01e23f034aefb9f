namespace Harmony.Bpe.Calls;

/// <summary>
/// Where the engine's ids go. Encoding, counting and everything else that needs ids is the same engine with
/// another sink; sinks are structs, so that the JIT makes a copy of the engine for each.
/// </summary>
internal interface ITokenSink
{
    /// <summary>Whether the sink must be given the ids piece by piece. If not, it may be given those of many
    /// pieces at once, and if it refuses them, piece by piece.</summary>
    static abstract bool NeedsPieces { get; }

    /// <summary>Whether the sink only looks at how many ids it is given: then they may be any.</summary>
    static abstract bool CountsOnly { get; }

    /// <summary>Takes all ids of a piece, or of several, or none of them and stops the engine.</summary>
    bool TryAdd(scoped ReadOnlySpan<int> pieceIds);

    /// <summary>Takes the single id of a piece, or stops the engine.</summary>
    bool TryAdd(int id);
}
