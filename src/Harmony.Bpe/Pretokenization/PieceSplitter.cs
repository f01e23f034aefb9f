using System.Buffers;
using System.Runtime.CompilerServices;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Pretokenization;

/// <summary>
/// The o200k splitting pattern, one code point at a time: the reference path that every faster splitter is
/// tested against. docs/pretokenizer.md lists each alternative of the pattern with the method that matches
/// it. A piece depends only on what follows its start, so splitting can stop and continue at the end of any
/// piece.
/// </summary>
internal ref struct PieceSplitter
{
    private const CharacterClass Letters =
        CharacterClass.Lower | CharacterClass.Upper | CharacterClass.Caseless;
    private const CharacterClass UpperPart = CharacterClass.Upper | CharacterClass.Caseless;
    private const CharacterClass LowerPart = CharacterClass.Lower | CharacterClass.Caseless;
    private const CharacterClass Punctuation = CharacterClass.Other | CharacterClass.Mark;
    private const CharacterClass WhiteSpace = CharacterClass.Space | CharacterClass.Newline;

    private static readonly SearchValues<byte> AsciiWhiteSpace = SearchValues.Create(" \t\n\v\f\r"u8);

    /// <summary>The bytes of a piece between two checks of the cancellation token.</summary>
    private const int BytesBetweenCancellationChecks = 1 << 16;

    private readonly ReadOnlySpan<byte> _utf8;
    private readonly CharacterClassTable _classes;
    private readonly CancellationToken _cancellationToken;

    // The position of the last check of the token.
    private int _checked;

    public PieceSplitter(
        ReadOnlySpan<byte> utf8, CharacterClassTable classes, CancellationToken cancellationToken = default)
    {
        _utf8 = utf8;
        _classes = classes;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Whether matching has looked at the end of the text since this was last set to false. If not,
    /// more text after the end would not change the pieces found since.</summary>
    public bool ReachedEnd;

    /// <summary>The end of the piece that starts at <paramref name="start"/>, which must be inside the
    /// text.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, and the piece is very
    /// long.</exception>
    public int EndOfPiece(int start)
    {
        _checked = start;
        CharacterClass first = ClassAt(start, out int length);
        int end = MatchWord(start, start + length, first);
        if (end >= 0)
        {
            return MatchContraction(end);
        }

        if ((first & CharacterClass.Number) != 0)
        {
            return MatchDigits(start + length);
        }

        end = MatchPunctuation(start, first);
        return end >= 0 ? end : MatchWhiteSpace(start);
    }

    /// <summary>Alternatives 1 and 2 without their contraction; −1 if neither matches.</summary>
    private int MatchWord(int start, int afterFirst, CharacterClass first)
    {
        // [^\r\n\p{L}\p{N}]? takes a mark too, which can also be the word's own first character.
        bool isMark = (first & CharacterClass.Mark) != 0;
        bool isLetter = (first & Letters) != 0 && !isMark;
        bool canBePrefix = !isLetter && (first & (CharacterClass.Number | CharacterClass.Newline)) == 0;
        bool canStartWord = isLetter || isMark;

        int end = canBePrefix ? MatchWordWithLowerPart(afterFirst) : -1;
        if (end < 0 && canStartWord)
        {
            end = MatchWordWithLowerPart(start);
        }

        if (end < 0 && canBePrefix)
        {
            end = MatchUpperWord(afterFirst);
        }

        return end < 0 && canStartWord ? MatchUpperWord(start) : end;
    }

    /// <summary>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+</summary>
    private int MatchWordWithLowerPart(int position)
    {
        int afterLastCaseless = -1;
        CharacterClass next;
        while (((next = ClassAt(position, out int length)) & UpperPart) != 0)
        {
            position += length;
            CheckAt(position);
            if ((next & CharacterClass.Caseless) != 0)
            {
                afterLastCaseless = position;
            }
        }

        // If no lower-case letter follows, the first part gives back characters until the second can match:
        // up to its last caseless one. After that there are only upper-case letters, so the match ends there.
        return (next & CharacterClass.Lower) != 0 ? SkipWhile(LowerPart, position) : afterLastCaseless;
    }

    /// <summary>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*</summary>
    private int MatchUpperWord(int start)
    {
        int end = SkipWhile(UpperPart, start);
        return end == start ? -1 : SkipWhile(LowerPart, end);
    }

    /// <summary>(?i:'s|'t|'re|'ve|'m|'ll|'d)? after a word.</summary>
    private int MatchContraction(int end)
    {
        if (AsciiLowerAt(end) != '\'')
        {
            return end;
        }

        switch (AsciiLowerAt(end + 1))
        {
            case 's' or 't' or 'm' or 'd':
                return end + 2;
            case 'r' or 'v' when AsciiLowerAt(end + 2) == 'e':
            case 'l' when AsciiLowerAt(end + 2) == 'l':
                return end + 3;
            case '\u00C5' when AsciiLowerAt(end + 2) == '\u00BF':
                // U+017F, the long s, in UTF-8: the one other character that folds to a letter of the list.
                return end + 3;
            default:
                return end;
        }
    }

    /// <summary>\p{N}{1,3}, after its first character.</summary>
    private int MatchDigits(int position)
    {
        for (int more = 0;
            more < 2 && (ClassAt(position, out int length) & CharacterClass.Number) != 0;
            more++)
        {
            position += length;
        }

        return position;
    }

    /// <summary> ?[^\s\p{L}\p{N}]+[\r\n/]*; −1 if it does not match.</summary>
    private int MatchPunctuation(int start, CharacterClass first)
    {
        int afterSpace = _utf8[start] == ' ' ? start + 1 : start;
        if (afterSpace == start && (first & Punctuation) == 0)
        {
            return -1;
        }

        int end = SkipWhile(Punctuation, afterSpace);
        if (end == afterSpace)
        {
            return -1;
        }

        while (AsciiLowerAt(end) is '\r' or '\n' or '/')
        {
            end++;
            CheckAt(end);
        }

        return end;
    }

    /// <summary>\s*[\r\n]+, then \s+(?!\S), then \s+</summary>
    private int MatchWhiteSpace(int start)
    {
        int position = start;
        int lastStart = start;
        int afterLastNewline = -1;
        CharacterClass next;
        while (((next = ClassAt(position, out int length)) & WhiteSpace) != 0)
        {
            lastStart = position;
            position += length;
            CheckAt(position);
            if ((next & CharacterClass.Newline) != 0)
            {
                afterLastNewline = position;
            }

            if (length == 1)
            {
                // Most white space is ASCII; long runs of it are skipped at once.
                int run = LengthOfAsciiWhiteSpace(position);
                int newline = _utf8.Slice(position, run).LastIndexOfAny((byte)'\r', (byte)'\n');
                afterLastNewline = newline >= 0 ? position + newline + 1 : afterLastNewline;
                position += run;
                lastStart = position - 1;
            }
        }

        if (afterLastNewline >= 0)
        {
            return afterLastNewline;
        }

        // A run before something leaves its last character to it, unless it has only one.
        bool atEnd = next == CharacterClass.None;
        return atEnd || lastStart == start ? position : lastStart;
    }

    /// <summary>The number of ASCII white-space characters from a position on.</summary>
    private readonly int LengthOfAsciiWhiteSpace(int position)
    {
        // Most runs are short, and a call would cost more.
        const int ShortRun = 16;
        ReadOnlySpan<byte> rest = _utf8[position..];
        for (int i = 0; i < Math.Min(ShortRun, rest.Length); i++)
        {
            if (rest[i] != ' ' && (uint)(rest[i] - '\t') > '\r' - '\t')
            {
                return i;
            }
        }

        int length = rest.IndexOfAnyExcept(AsciiWhiteSpace);
        return length < 0 ? rest.Length : length;
    }

    private int SkipWhile(CharacterClass set, int position)
    {
        while ((ClassAt(position, out int length) & set) != 0)
        {
            position += length;
            CheckAt(position);
        }

        return position;
    }

    /// <summary>Checks the cancellation token now and then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckAt(int position)
    {
        if (position - _checked >= BytesBetweenCancellationChecks)
        {
            Check(position);
        }
    }

    private void Check(int position)
    {
        _checked = position;
        _cancellationToken.ThrowIfCancellationRequested();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private CharacterClass ClassAt(int position, out int length)
    {
        if ((uint)position >= (uint)_utf8.Length)
        {
            ReachedEnd = true;
            length = 0;
            return CharacterClass.None;
        }

        uint codePoint = Utf8Sequence.Decode(_utf8[position..], out length);
        return codePoint == Utf8Sequence.Invalid ? CharacterClass.Other : _classes[codePoint];
    }

    /// <summary>The byte at a position as a char, an ASCII letter in lower case; NUL at the end of the
    /// text.</summary>
    private char AsciiLowerAt(int position)
    {
        if ((uint)position >= (uint)_utf8.Length)
        {
            ReachedEnd = true;
            return '\0';
        }

        var value = (char)_utf8[position];
        return char.IsAsciiLetterUpper(value) ? (char)(value | 0x20) : value;
    }
}
