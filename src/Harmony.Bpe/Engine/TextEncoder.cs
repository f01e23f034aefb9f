using System.Buffers;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Engine;

/// <summary>
/// Text with special tokens to ids: the stretches between them go to <see cref="OrdinaryEncoder"/>, so that a
/// piece never spans a special token. The caller has refused what the options refuse.
/// </summary>
internal static class TextEncoder
{
    /// <summary>Encodes until the text ends or the sink has had enough; the parameters are those of
    /// <see cref="OrdinaryEncoder.Encode"/>.</summary>
    public static OperationStatus Encode<TSink>(
        FrozenVocabulary vocabulary,
        SpecialTokenFinder specials,
        ReadOnlySpan<byte> utf8,
        EncodeOptions options,
        bool isFinal,
        scoped ref TSink sink,
        out int consumed,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int limit = isFinal ? utf8.Length : specials.HoldBackFrom(utf8, options);
        consumed = 0;
        OperationStatus status;
        int encoded;
        while (specials.TryFindAllowed(utf8, consumed, options, out SpecialTokenFinder.Match match)
            && match.Start < limit)
        {
            cancellationToken.ThrowIfCancellationRequested();
            status = OrdinaryEncoder.Encode(
                vocabulary,
                utf8[consumed..match.Start],
                isFinal: true,
                ref sink,
                out encoded,
                cancellationToken);
            consumed += encoded;
            if (status != OperationStatus.Done)
            {
                return status;
            }

            if (!sink.TryAdd(match.Id))
            {
                return OperationStatus.DestinationTooSmall;
            }

            // A name's end can be the beginning of another, which is then no reason to hold anything back.
            consumed = match.Start + match.Length;
            limit = Math.Max(limit, consumed);
        }

        status = OrdinaryEncoder.Encode(
            vocabulary,
            utf8[consumed..limit],
            isFinal && limit == utf8.Length,
            ref sink,
            out encoded,
            cancellationToken);
        consumed += encoded;
        return status == OperationStatus.Done && consumed < utf8.Length
            ? OperationStatus.NeedMoreData
            : status;
    }
}
