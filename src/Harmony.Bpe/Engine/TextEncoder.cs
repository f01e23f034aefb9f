using System.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Specials;

namespace Harmony.Bpe.Engine;

/// <summary>
/// Encodes text with special tokens. The stretches between them go to <see cref="OrdinaryEncoder"/>, so that
/// no piece spans a special token. The caller has already thrown for special tokens that the options refuse.
/// </summary>
internal static class TextEncoder
{
    /// <summary>How many bytes are searched for allowed special tokens before they are encoded, first and
    /// later. A sink that stops soon must not pay for a search of the whole text. Tiny in Debug, so that
    /// every test crosses many edges.</summary>
#if DEBUG
    private const int FirstStretchLength = 16;
    private const int StretchLength = 32;
#else
    private const int FirstStretchLength = 8 * 1024;
    private const int StretchLength = 64 * 1024;
#endif

    /// <summary>Encodes until the text ends or the sink stops.</summary>
    /// <inheritdoc cref="OrdinaryEncoder.Encode"/>
    public static OperationStatus Encode<TSink>(
        in EncodeContext context, ReadOnlySpan<byte> utf8, scoped ref TSink sink, out int consumed)
        where TSink : struct, ITokenSink, allows ref struct
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        return context.IsFinal && !context.Options.AllowsAny
            ? OrdinaryEncoder.Encode(context, utf8, ref sink, out consumed)
            : EncodeStretches(context, utf8, ref sink, out consumed);
    }

    private static OperationStatus EncodeStretches<TSink>(
        in EncodeContext context, ReadOnlySpan<byte> utf8, scoped ref TSink sink, out int consumed)
        where TSink : struct, ITokenSink, allows ref struct
    {
        EncodeOptions options = context.Options;
        SpecialTokenFinder specials = context.SpecialTokens;
        int limit = context.IsFinal ? utf8.Length : specials.HoldBackFrom(utf8, options);
        int searched = 0;
        int stretch = options.AllowsAny ? FirstStretchLength : utf8.Length;
        consumed = 0;
        OperationStatus status;
        int encoded;
        while (true)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            int end = searched + Math.Min(stretch, utf8.Length - searched);
            bool found = specials.TryFindAllowed(
                utf8, searched, end, options, out SpecialTokenMatch match, context.CancellationToken);
            bool isToken = found && match.Start < limit;
            bool isLast = !isToken && (found || end >= limit);
            int until = isToken ? match.Start : isLast ? limit : end;
            bool isFinal = isToken || (isLast && context.IsFinal && limit == utf8.Length);
            status = OrdinaryEncoder.Encode(
                context.WithFinal(isFinal), utf8[consumed..until], ref sink, out encoded);
            consumed += encoded;
            if (isLast || status == OperationStatus.DestinationTooSmall)
            {
                break;
            }

            if (!isToken)
            {
                // A piece is longer than the stretch. Grow enough that the wasted work is small beside the
                // rest.
                stretch = encoded == 0 ? (int)Math.Min(8L * stretch, utf8.Length) : StretchLength;
                searched = end;
                continue;
            }

            if (!sink.TryAdd(match.Id))
            {
                return OperationStatus.DestinationTooSmall;
            }

            // The end of this name may begin another name. It is consumed, so it holds nothing back.
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
