using System.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Specials;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Engine;

/// <summary>
/// Text with special tokens to ids: the stretches between them go to <see cref="OrdinaryEncoder"/>, so that a
/// piece never spans a special token. The caller has refused what the options refuse.
/// </summary>
internal static class TextEncoder
{
    /// <summary>Bytes that are searched for allowed special tokens before they are encoded, at first and later on: a
    /// sink that stops soon must not pay for a search of the whole text. Tiny in Debug, so that every test crosses
    /// many edges.</summary>
#if DEBUG
    private const int FirstStretchLength = 16;
    private const int StretchLength = 32;
#else
    private const int FirstStretchLength = 8 * 1024;
    private const int StretchLength = 64 * 1024;
#endif

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
        int searched = 0;
        int stretch = options.AllowsAny ? FirstStretchLength : utf8.Length;
        consumed = 0;
        OperationStatus status;
        int encoded;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = searched + Math.Min(stretch, utf8.Length - searched);
            bool found = specials.TryFindAllowed(
                utf8, searched, end, options, out SpecialTokenMatch match, cancellationToken);
            bool isToken = found && match.Start < limit;
            bool isLast = !isToken && (found || end >= limit);
            int until = isToken ? match.Start : isLast ? limit : end;
            status = OrdinaryEncoder.Encode(
                vocabulary,
                utf8[consumed..until],
                isToken || (isLast && isFinal && limit == utf8.Length),
                ref sink,
                out encoded,
                cancellationToken);
            consumed += encoded;
            if (isLast || status == OperationStatus.DestinationTooSmall)
            {
                break;
            }

            if (!isToken)
            {
                // A piece longer than the stretch: so much more that what was done in vain is little beside it.
                stretch = encoded == 0 ? (int)Math.Min(8L * stretch, utf8.Length) : StretchLength;
                searched = end;
                continue;
            }

            if (!sink.TryAdd(match.Id))
            {
                return OperationStatus.DestinationTooSmall;
            }

            // A name's end can be the beginning of another, which is then no reason to hold anything back.
            consumed = match.Start + match.Length;
            searched = consumed;
            stretch = StretchLength;
            limit = Math.Max(limit, consumed);
        }

        return status == OperationStatus.Done && consumed < utf8.Length
            ? OperationStatus.NeedMoreData
            : status;
    }
}
