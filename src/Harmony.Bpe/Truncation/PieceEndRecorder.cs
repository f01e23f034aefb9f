using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Engine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Truncation;

/// <summary>
/// Records where pieces end, and how many ids the text has up to there. Stops a number of pieces after the
/// one that exceeds the limit. A special token is recorded like a piece.
/// </summary>
internal ref struct PieceEndRecorder : ITokenSink
{
    private const int MinCapacity = 16;
    private const int TypicalBytesOfPiece = 4;

    private readonly EncodeContext _context;
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly int _limit;
    private MemoryOwner<PieceEnd> _pieces;
    private int _morePieces;

    private PieceEndRecorder(
        in EncodeContext context, ReadOnlySpan<byte> utf8, int limit, int morePieces, int capacity)
    {
        _context = context;
        _utf8 = utf8;
        _limit = limit;
        _morePieces = morePieces;
        _pieces = MemoryOwner<PieceEnd>.Allocate(Math.Max(capacity, MinCapacity));
    }

    public static bool NeedsPieces => true;

    public static bool CountsOnly => false;

    /// <summary>The number of pieces so far.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the text has more pieces than those that were to be recorded.</summary>
    public readonly bool IsComplete => _morePieces < 0;

    /// <summary>The piece ends so far.</summary>
    public readonly ReadOnlySpan<PieceEnd> Pieces => _pieces.Span[..Count];

    /// <summary>Records the pieces of a final text, up to the one that exceeds a number of ids, and more
    /// after it. The caller disposes of the result.</summary>
    public static PieceEndRecorder Record(
        in EncodeContext context, ReadOnlySpan<byte> utf8, int maxTokens, int morePieces = 0)
    {
        var recorder = new PieceEndRecorder(
            context, utf8, maxTokens, morePieces, Math.Min(maxTokens, utf8.Length / TypicalBytesOfPiece));
        try
        {
            TextEncoder.Encode(context, utf8, ref recorder, out _);
            return recorder;
        }
        catch
        {
            recorder.Dispose();
            throw;
        }
    }

    public bool TryAdd(int id) => TryAdd(new ReadOnlySpan<int>(in id));

    public bool TryAdd(scoped ReadOnlySpan<int> pieceIds)
    {
        PieceEnd last = Count == 0 ? default : _pieces.Span[Count - 1];
        if (last.Ids > _limit && _morePieces-- == 0)
        {
            return false;
        }

        if (Count == _pieces.Length)
        {
            Grow();
        }

        _pieces.Span[Count++] = new PieceEnd(
            last.Position + _context.LengthOf(pieceIds, _utf8[last.Position..]), last.Ids + pieceIds.Length);
        return true;
    }

    /// <summary>Returns the rented memory.</summary>
    public readonly void Dispose() => _pieces.Dispose();

    private void Grow()
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
}
