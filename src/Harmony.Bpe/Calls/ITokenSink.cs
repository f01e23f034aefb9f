namespace Harmony.Bpe.Calls;

/// <summary>
/// Receives the ids of a text. Encoding, counting and mapping pieces are one engine with different sinks.
/// Sinks are structs, so that the JIT compiles a copy of the engine for each.
/// </summary>
internal interface ITokenSink
{
    /// <summary>If true, the sink is called once for each piece. If false, it may be given the ids of many
    /// pieces at once; when it refuses those, it is offered fewer.</summary>
    static abstract bool NeedsPieces { get; }

    /// <summary>If true, only the number of ids matters; their values are unspecified.</summary>
    static abstract bool CountsOnly { get; }

    /// <summary>Takes all ids of one or more whole pieces. Or takes none and returns false, which stops the
    /// engine at the end of the piece before.</summary>
    bool TryAdd(scoped ReadOnlySpan<int> pieceIds);

    /// <summary>Takes the single id of a piece, or returns false, which stops the engine.</summary>
    bool TryAdd(int id);
}
