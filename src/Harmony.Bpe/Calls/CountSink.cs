namespace Harmony.Bpe.Calls;

/// <summary>Counts ids; refuses the first piece that would exceed the limit.</summary>
internal struct CountSink(int limit) : ITokenSink
{
    public static bool NeedsPieces => false;

    public static bool CountsOnly => true;

    /// <summary>The number of ids counted.</summary>
    public int Count { get; private set; }

    public bool TryAdd(scoped ReadOnlySpan<int> pieceIds) => TryCount(pieceIds.Length);

    public bool TryAdd(int id) => TryCount(1);

    private bool TryCount(int ids)
    {
        if (ids > limit - Count)
        {
            return false;
        }

        Count += ids;
        return true;
    }
}
