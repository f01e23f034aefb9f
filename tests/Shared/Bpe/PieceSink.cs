using Harmony.Bpe.Calls;

namespace Harmony.Tests;

/// <summary>Receives ids piece by piece, so that the engine takes the reference path.</summary>
internal readonly struct PieceSink(List<int> ids) : ITokenSink
{
    public static bool NeedsPieces => true;

    public static bool CountsOnly => false;

    public List<int> Ids => ids;

    public bool TryAdd(scoped ReadOnlySpan<int> pieceIds)
    {
        ids.AddRange(pieceIds);
        return true;
    }

    public bool TryAdd(int id)
    {
        ids.Add(id);
        return true;
    }
}
