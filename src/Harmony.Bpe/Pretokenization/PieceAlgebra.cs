using System.Numerics;
using System.Runtime.CompilerServices;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Pretokenization;

/// <summary>
/// The splitting pattern as algebra on class masks: finds all pieces of a window at once. The idea is simple:
/// a piece starts where two neighbouring characters cannot be in the same piece, and a shift by one lines
/// each character up with its neighbour. Contractions, runs of digits, and marks and line breaks after
/// punctuation need more; each has a step below, which docs/pretokenizer.md derives. A window begins where a
/// piece begins, so that nothing is carried from window to window.
/// </summary>
internal static unsafe class PieceAlgebra
{
    /// <summary>Characters that a decision looks ahead, apart from runs and contractions. Those are handled
    /// apart: the letters of a contraction are read from the text, and lie after the window's last sure
    /// start.</summary>
    private const int LookAhead = 1;

    /// <summary>Finds where pieces start.</summary>
    /// <param name="masks">The classes of the window's characters.</param>
    /// <param name="window">The window's bytes.</param>
    /// <param name="padded">Whether the text ends before the window's last byte and is padded with spaces:
    /// then every start is sure. If not, starts that depend on what follows are left out.</param>
    /// <returns>A bit for each character with which a piece starts; the bit of the first character is
    /// undefined.</returns>
    // Safety: the masks must be the window's. Two bytes are read after an apostrophe in the window.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FindStarts(in ClassMasks masks, byte* window, bool padded)
    {
        ulong lower = masks.Lower;
        ulong upper = masks.Upper;
        ulong caseless = masks.Caseless;
        ulong other = masks.Other;
        ulong space = masks.Space;
        ulong newline = masks.Newline;
        ulong letter = lower | upper | caseless;
        int sure = padded ? masks.Count : masks.Count - LookAhead;

        if ((masks.Mark & other << 1) != 0)
        {
            ulong punctuation = FindPunctuationMarks(masks);
            caseless &= ~punctuation;
            letter &= ~punctuation;
            other |= punctuation;
        }

        // A contraction belongs to the word before it: its characters are no starts and cause none.
        ulong apostrophes = masks.Apostrophe & letter << 1 & letter >> 1;
        if (apostrophes != 0)
        {
            ulong contractions = FindContractions(apostrophes, letter, masks.Lead, window);
            lower &= ~contractions;
            upper &= ~contractions;
            letter &= ~contractions;
            other &= ~contractions;
        }

        // Punctuation takes the line breaks and slashes after it: [\r\n/]*
        ulong swallowed = BitMoves.Spread(newline & other << 1, newline | (masks.Slash & other));
        other &= ~swallowed;
        newline &= ~swallowed;

        // A run of punctuation is one piece, together with a space before it. A single character of
        // punctuation or white space before a letter is the first character of that word.
        ulong punctuationStarts = other & ~(other << 1) & ~(masks.Blank << 1);
        ulong prefixes = space | (punctuationStarts & letter >> 1);
        ulong starts = punctuationStarts | (letter & ~(letter << 1) & ~(prefixes << 1));

        // Inside a run of letters a word ends where an upper-case letter follows its lower part.
        starts |= caseless == 0
            ? upper & lower << 1
            : FindCaseChanges(lower, upper, caseless, letter, ref sure);

        ulong number = masks.Number;
        if (number != 0)
        {
            starts |= FindDigitGroups(number);
        }

        // White space: up to its last line break, then up to its last character, then that.
        ulong white = space | newline;
        starts |= white & ~(white << 1);
        starts |= space & ~(white >> 1);
        ulong afterBreak = space & newline << 1;
        if (afterBreak != 0)
        {
            starts |= KeepLastBreaks(afterBreak, space, newline);
        }

        if (!padded)
        {
            // If the window ends in white space, everything after the start of that run is undecided.
            int run = BitOperations.LeadingZeroCount(~((space | masks.Newline) << (64 - masks.Count)));
            sure = Math.Min(sure, masks.Count - run + 1);
        }

        return sure > 63 ? starts : starts & ((1UL << sure) - 1);
    }

    /// <summary>Marks that belong to a run of punctuation, not to a word.</summary>
    // A mark right after a single character of punctuation makes a word with it (alternative 1). Only a run
    // that began with two characters of punctuation, or with a space, goes on through marks.
    private static ulong FindPunctuationMarks(in ClassMasks masks)
    {
        ulong found = 0;
        ulong swallowed = 0;
        while (true)
        {
            // The line breaks that punctuation takes depend on the marks in it, which depend on the line
            // breaks that were taken before. Each turn settles one more step to the right.
            ulong other = masks.Other & ~swallowed;
            ulong runs = BitMoves.Spread(other & (other >> 1 | masks.Blank << 1), other | masks.Mark);
            ulong marks = runs & masks.Mark;
            ulong ends = other | marks;
            ulong next =
                BitMoves.Spread(masks.Newline & ends << 1, masks.Newline | (masks.Slash & masks.Other));
            if (marks == found && next == swallowed)
            {
                return found;
            }

            found = marks;
            swallowed = next;
        }
    }

    /// <summary>The characters of all contractions: (?i:'s|'t|'re|'ve|'m|'ll|'d) after a letter.</summary>
    // Safety: two bytes are read after each apostrophe; the kernels' ReadPast covers those of the window's
    // last.
    private static ulong FindContractions(ulong apostrophes, ulong letter, ulong lead, byte* window)
    {
        ulong contractions = 0;
        while (apostrophes != 0)
        {
            ulong bit = apostrophes & (~apostrophes + 1);
            apostrophes ^= bit;
            if ((letter & bit >> 1) == 0)
            {
                // The letter before it belonged to another contraction.
                continue;
            }

            int position = lead == ulong.MaxValue
                ? BitOperations.TrailingZeroCount(bit)
                : BitOperations.TrailingZeroCount(BitMoves.Deposit(bit, lead));
            ulong characters = window[position + 1] switch
            {
                (byte)'s' or (byte)'t' or (byte)'m' or (byte)'d' => 0b11,
                (byte)'S' or (byte)'T' or (byte)'M' or (byte)'D' => 0b11,
                (byte)'r' or (byte)'v' or (byte)'R' or (byte)'V' when (window[position + 2] | 0x20) == 'e'
                    => 0b111,
                (byte)'l' or (byte)'L' when (window[position + 2] | 0x20) == 'l' => 0b111,
                0xC5 when window[position + 2] == 0xBF => 0b11,
                _ => 0UL,
            };
            ulong contraction = characters * bit;
            contractions |= contraction;
            letter &= ~contraction;
        }

        return contractions;
    }

    /// <summary>Upper-case letters that start a word inside a run of letters that has caseless
    /// ones.</summary>
    private static ulong FindCaseChanges(ulong lower, ulong upper, ulong caseless, ulong letter, ref int sure)
    {
        ulong lowerPart = BitMoves.Spread(lower, lower | caseless);
        ulong starts = upper & lowerPart << 1;

        // After caseless letters of the upper part, what ends the run of upper-case letters decides: another
        // letter takes the run into the word, anything else starts a new word with it.
        ulong doubtful = upper & (caseless & ~lowerPart) << 1;
        while (doubtful != 0)
        {
            int position = BitOperations.TrailingZeroCount(doubtful);
            doubtful &= doubtful - 1;
            int end = BitMoves.EndOfRun(upper, position);
            if (end >= sure)
            {
                sure = Math.Min(sure, position);
            }
            else if ((letter >> end & 1) == 0)
            {
                starts |= 1UL << position;
            }
        }

        return starts;
    }

    /// <summary>Every third character of each run of numbers: \p{N}{1,3}</summary>
    private static ulong FindDigitGroups(ulong number)
    {
        ulong starts = number & ~(number << 1);
        ulong fourth = number & number << 1 & number << 2 & number << 3;
        for (ulong next = starts << 3 & fourth; next != 0; next = next << 3 & fourth)
        {
            starts |= next;
        }

        return starts;
    }

    /// <summary>Keeps the white space after line breaks that has no other line break after it.</summary>
    private static ulong KeepLastBreaks(ulong afterBreak, ulong space, ulong newline)
    {
        if ((space & newline >> 1) == 0)
        {
            return afterBreak;
        }

        ulong kept = 0;
        while (afterBreak != 0)
        {
            int position = BitOperations.TrailingZeroCount(afterBreak);
            afterBreak &= afterBreak - 1;
            int end = BitMoves.EndOfRun(space, position);
            kept |= end > 63 || (newline >> end & 1) == 0 ? 1UL << position : 0;
        }

        return kept;
    }
}
