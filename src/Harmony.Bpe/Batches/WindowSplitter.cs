using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// Splits a text into pieces, a window of 64 bytes at a time. Each window begins where the last sure piece of
/// the window before ended. A piece that does not end in its window is split on the reference path.
/// </summary>
/// <remarks>The loop is not inlined: in a larger method the JIT's budget would be spent before it has inlined
/// what the loop calls for each window.</remarks>
internal static unsafe class WindowSplitter<TKernel>
    where TKernel : struct, IWindowKernel
{
    /// <summary>The bytes of text that there must be from a window's start on: the window, what kernels read
    /// past it, and what the longest key reads past the last piece.</summary>
    public const int Needed = 96;

    /// <summary>A batch with this many pieces ends: another window might have more than there is room
    /// for.</summary>
    private const int EnoughPieces = BatchLimits.MaxPieces - IWindowKernel.WindowLength;

    /// <summary>How far ahead of a window text is prefetched, in bytes. The processor itself does not go on
    /// from batch to batch, since other memory is read between them.</summary>
    private const int PrefetchDistance = 1024;

    /// <summary>Splits a stretch of a text into the state's <see cref="BatchState.Split"/>.</summary>
    /// <param name="state">Receives the starts of the pieces, and the end of the last.</param>
    /// <param name="classes">The classes of characters.</param>
    /// <param name="utf8">The text.</param>
    /// <param name="position">Where a piece starts; then where the last piece ends.</param>
    /// <param name="cancellationToken">Checked inside very long pieces.</param>
    /// <returns>The number of pieces; 0 if the next one is too long for a batch, or may go on past the text's
    /// end.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Split(
        BatchState state,
        CharacterClassTable classes,
        ReadOnlySpan<byte> utf8,
        ref int position,
        CancellationToken cancellationToken = default)
    {
        fixed (byte* text = utf8)
        {
            return Split<InsideText>(state, classes, text, utf8.Length, ref position, cancellationToken);
        }
    }

    /// <summary>Splits the end of a text, which is in the state's <see cref="BatchState.Tail"/> with spaces
    /// after it.</summary>
    /// <param name="state">Receives the starts of the pieces, and the end of the last.</param>
    /// <param name="classes">The classes of characters.</param>
    /// <param name="length">The length of the text's end without the spaces, in bytes; at most
    /// <see cref="BatchLimits.MaxText"/>.</param>
    /// <param name="position">Where a piece starts; then where the last piece ends.</param>
    /// <returns>The number of pieces; 0 if the next one is too long for a batch.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SplitTail(BatchState state, CharacterClassTable classes, int length, ref int position)
    {
        Debug.Assert(
            length <= BatchLimits.MaxText,
            $"The end of the text has {length} bytes, but must have at most {BatchLimits.MaxText}.");
        return Split<PaddedEnd>(state, classes, state.Tail, length, ref position, CancellationToken.None);
    }

    // Safety: inside a text, a window begins only where Needed bytes are left. At a padded end, there are
    // more spaces after the text than a window reads. A window has at most 63 starts; the loop ends where
    // fewer fit.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Split<TEnd>(
        BatchState state,
        CharacterClassTable classes,
        byte* text,
        int length,
        ref int position,
        CancellationToken cancellationToken)
        where TEnd : struct, ITextEnd
    {
        int from = position;
        int end = TEnd.IsPadded ? length : from + Math.Min(BatchLimits.MaxText, length - from) - Needed + 1;
        uint* starts = state.Split.StartsFrom(0);
        uint* next = starts;
        uint* enough = starts + EnoughPieces;
        while (from < end && next < enough)
        {
            bool padded = TEnd.IsPadded && length - from < IWindowKernel.WindowLength;
            if (!TEnd.IsPadded)
            {
                // Not a read: it does nothing where there is no memory.
                Prefetch.Line(text + from + PrefetchDistance);
            }

            TKernel.Classify(text + from, classes, out ClassMasks masks);
            ulong bits = PieceAlgebra.FindStarts(masks, text + from, padded) & ~1UL;
            bool isByChar = masks.Lead != ulong.MaxValue;
            if (isByChar && (TKernel.DepositsBits || padded))
            {
                bits = BitMoves.Deposit(bits, masks.Lead);
                isByChar = false;
            }

            if (padded)
            {
                // The last piece ends where the text does.
                bits = bits & (1UL << (length - from)) - 1 | 1UL << (length - from);
            }

            if (bits != 0)
            {
                *next++ = (uint)from;
                if (isByChar)
                {
                    from += BitPositions.WriteDeposited(bits, masks.Lead, (uint)from, next);
                    next += BitOperations.PopCount(bits) - 1;
                }
                else
                {
                    int advance = 63 - BitOperations.LeadingZeroCount(bits);
                    next = BitPositions.Write(bits ^ 1UL << advance, (uint)from, next);
                    from += advance;
                }
            }
            else
            {
                // Copies: variables that are passed by reference would stay in memory all the time.
                int at = from;
                uint* to = next;
                if (!TrySplitOne(
                    classes, new ReadOnlySpan<byte>(text, length), TEnd.IsPadded, ref at, ref to, cancellationToken))
                {
                    break;
                }

                from = at;
                next = to;
            }
        }

        *next = (uint)from;
        position = from;
        return (int)(next - starts);
    }

    /// <summary>Splits one piece on the reference path.</summary>
    /// <returns>False if it is too long, or reaches the end of a text that is not final.</returns>
    // Safety: next must have room for one start.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TrySplitOne(
        CharacterClassTable classes,
        ReadOnlySpan<byte> utf8,
        bool isFinal,
        ref int from,
        ref uint* next,
        CancellationToken cancellationToken)
    {
        var splitter = new PieceSplitter(utf8, classes, cancellationToken);
        int end = splitter.EndOfPiece(from);
        if ((splitter.ReachedEnd && !isFinal) || end - from > MergeLane.MaxLength)
        {
            return false;
        }

        *next++ = (uint)from;
        from = end;
        return true;
    }

    /// <summary>What comes after the bytes to split; a type argument, so that the loop is compiled for
    /// each.</summary>
    private interface ITextEnd
    {
        static abstract bool IsPadded { get; }
    }

    private readonly struct InsideText : ITextEnd
    {
        public static bool IsPadded => false;
    }

    private readonly struct PaddedEnd : ITextEnd
    {
        public static bool IsPadded => true;
    }
}
