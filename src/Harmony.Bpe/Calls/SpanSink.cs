namespace Harmony.Bpe.Calls;

/// <summary>Writes into a span that the caller owns; refuses the first piece that does not fit.</summary>
internal ref struct SpanSink(Span<int> destination) : ITokenSink
{
    public static bool NeedsPieces => false;

    public static bool CountsOnly => false;

    private readonly Span<int> _destination = destination;

    /// <summary>The number of ids written.</summary>
    public int Written { get; private set; }

    public bool TryAdd(scoped ReadOnlySpan<int> pieceIds)
    {
        if (!pieceIds.TryCopyTo(_destination[Written..]))
        {
            return false;
        }

        Written += pieceIds.Length;
        return true;
    }

    public bool TryAdd(int id)
    {
        if (Written >= _destination.Length)
        {
            return false;
        }

        _destination[Written++] = id;
        return true;
    }
}
