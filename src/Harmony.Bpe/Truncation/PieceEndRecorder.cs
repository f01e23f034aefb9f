using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Truncation;

/// <summary>
/// Remembers where pieces end and how many ids there were until then; stops behind the piece with which the
/// limit is exceeded. Special tokens count as pieces.
/// </summary>
internal struct PieceEndRecorder(BpeTokenizer tokenizer, int limit, int capacity) : ITokenSink, IDisposable
{
    public static bool NeedsPieces => true;

    public static bool CountsOnly => false;

    private MemoryOwner<PieceEnd> _pieces = MemoryOwner<PieceEnd>.Allocate(Math.Max(capacity, 16));

    /// <summary>How many pieces were seen.</summary>
    public int Count { get; private set; }

    /// <summary>The piece ends seen so far.</summary>
    public readonly ReadOnlySpan<PieceEnd> Pieces => _pieces.Span[..Count];

    public bool TryAdd(int id) => TryAdd(new ReadOnlySpan<int>(in id));

    public bool TryAdd(scoped ReadOnlySpan<int> pieceIds)
    {
        PieceEnd last = Count == 0 ? default : _pieces.Span[Count - 1];
        if (last.Ids > limit)
        {
            return false;
        }

        if (Count == _pieces.Length)
        {
            if (Count == Array.MaxLength)
            {
                throw TooLong.Ids(Array.MaxLength);
            }

            int length = (int)Math.Min(2L * Count, Array.MaxLength);
            MemoryOwner<PieceEnd> larger = MemoryOwner<PieceEnd>.Allocate(length);
            Pieces.CopyTo(larger.Span);
            _pieces.Dispose();
            _pieces = larger;
        }

        int end = last.Position;
        foreach (int id in pieceIds)
        {
            end += tokenizer.GetTokenBytes(id).Length;
        }

        _pieces.Span[Count++] = new PieceEnd(end, last.Ids + pieceIds.Length);
        return true;
    }

    public readonly void Dispose() => _pieces.Dispose();
}
