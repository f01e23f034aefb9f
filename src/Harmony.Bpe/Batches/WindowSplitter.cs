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
/// the one before it ended. Where a window does not hold a whole piece, that is split by the definition.
/// </summary>
/// <remarks>Nothing inlines the loops: in a larger method the JIT would stop before it has inlined all of what they
/// call for each window.</remarks>
internal static unsafe class WindowSplitter<TKernel>
    where TKernel : struct, IWindowKernel
{
    /// <summary>How many bytes behind a window's start must be the text's: the window's, what kernels read
    /// behind it, and what the longest key reads behind the last piece.</summary>
    public const int Needed = 96;

    /// <summary>A batch with more pieces than this ends: there must be room for those of a window.</summary>
    private const int EnoughPieces = BatchState.MaxPieces - IWindowKernel.WindowLength;

    /// <summary>Splits a stretch of a text into the state's <see cref="BatchState.Starts"/>, the end
    /// included.</summary>
    /// <param name="state">Receives the starts.</param>
    /// <param name="classes">The classes of characters.</param>
    /// <param name="utf8">The text; a piece must start at <paramref name="position"/>.</param>
    /// <param name="position">Where to begin; then where the last piece ends.</param>
    /// <param name="cancellationToken">Checked inside very long pieces.</param>
    /// <returns>How many pieces were found; none if the next one is too long for a batch, or may go on past
    /// the text's end.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Split(
        BatchState state,
        CharacterClassTable classes,
        ReadOnlySpan<byte> utf8,
        ref int position,
        CancellationToken cancellationToken = default)
    {
        int from = position;
        int last = from + Math.Min(BatchState.MaxText, utf8.Length - from) - Needed;
        uint* starts = state.Starts;
        uint* next = starts;
        uint* enough = starts + EnoughPieces;
        fixed (byte* text = utf8)
        {
            // Safety: the loop begins a window only where Needed bytes are the text's, so that the kernel's
            // reads are inside it, and only where there is room for its starts, of which it has at most 63.
            while (from <= last && next < enough)
            {
                TKernel.Classify(text + from, classes, out ClassMasks masks);
                ulong bits = PieceAlgebra.FindStarts(masks, text + from, padded: false) & ~1UL;
                if (bits != 0)
                {
                    bits = ToBytes(bits, masks.Lead);
                    *next++ = (uint)from;
                    int length = 63 - BitOperations.LeadingZeroCount(bits);
                    next = BitPositions.Write(bits ^ 1UL << length, (uint)from, next);
                    from += length;
                }
                else if (!TrySplitOne(classes, utf8, isFinal: false, ref from, ref next, cancellationToken))
                {
                    break;
                }
            }
        }

        *next = (uint)from;
        position = from;
        return (int)(next - starts);
    }

    /// <summary>Splits one piece by the definition.</summary>
    /// <returns>False if it is too long, or reaches the text's end although more may come.</returns>
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

    /// <summary>Splits the end of a text, which is in the state's <see cref="BatchState.Tail"/> with spaces
    /// behind it, from a piece's start to the end or to a piece that is too long for a batch.</summary>
    /// <param name="state">Receives the starts.</param>
    /// <param name="classes">The classes of characters.</param>
    /// <param name="length">The length of the text's end, in bytes; at most
    /// <see cref="BatchState.MaxText"/>.</param>
    /// <param name="position">Where to begin; then where the last piece ends.</param>
    /// <returns>How many pieces were found; none if the next one is too long.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int SplitTail(BatchState state, CharacterClassTable classes, int length, ref int position)
    {
        int from = position;
        uint* starts = state.Starts;
        uint* next = starts;
        uint* enough = starts + EnoughPieces;
        byte* text = state.Tail;

        // Safety: behind the text there are more spaces than a window needs; there is room for a window's
        // starts.
        while (from < length && next < enough)
        {
            bool padded = length - from < IWindowKernel.WindowLength;
            TKernel.Classify(text + from, classes, out ClassMasks masks);
            ulong bits = ToBytes(PieceAlgebra.FindStarts(masks, text + from, padded) & ~1UL, masks.Lead);
            if (padded)
            {
                // The rest ends where the text does.
                bits = bits & (1UL << (length - from)) - 1 | 1UL << (length - from);
            }

            if (bits != 0)
            {
                *next++ = (uint)from;
                int advance = 63 - BitOperations.LeadingZeroCount(bits);
                next = BitPositions.Write(bits ^ 1UL << advance, (uint)from, next);
                from += advance;
            }
            else if (!TrySplitOne(
                classes,
                new ReadOnlySpan<byte>(text, length),
                isFinal: true,
                ref from,
                ref next,
                CancellationToken.None))
            {
                break;
            }
        }

        *next = (uint)from;
        position = from;
        return (int)(next - starts);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ToBytes(ulong characters, ulong lead) =>
        lead == ulong.MaxValue ? characters : BitMoves.Deposit(characters, lead);
}
