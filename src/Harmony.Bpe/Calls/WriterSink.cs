using System.Buffers;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Calls;

/// <summary>Writes into a buffer writer.</summary>
internal struct WriterSink(IBufferWriter<int> writer) : ITokenSink
{
    public static bool NeedsPieces => false;

    public static bool CountsOnly => false;

    /// <summary>The number of ids written.</summary>
    public int Written { get; private set; }

    public bool TryAdd(scoped ReadOnlySpan<int> pieceIds)
    {
        if (pieceIds.Length > int.MaxValue - Written)
        {
            throw TooLong.Ids(int.MaxValue);
        }

        writer.Write(pieceIds);
        Written += pieceIds.Length;
        return true;
    }

    public bool TryAdd(int id) => TryAdd(new ReadOnlySpan<int>(in id));
}
