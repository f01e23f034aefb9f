using System.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Specials;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Truncation;

/// <summary>
/// Finds the longest suffix of a text within a limit from the end of the text alone: from a place where a
/// piece surely starts, whatever comes before. docs/pretokenizer.md says which places these are.
/// </summary>
internal readonly ref struct SuffixSearch
{
    /// <summary>The factor by which the end of the text grows if it did not decide.</summary>
    public const int Growth = 8;

    private const int StepsBetweenCancellationChecks = 1 << 16;

    private static readonly SearchValues<byte> AsciiLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> AsciiWhiteSpace = SearchValues.Create(" \t\n\v\f\r"u8);

    private readonly EncodeContext _context;
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly bool _isWhole;
    private readonly int _maxTokens;

    /// <summary>Prepares a search.</summary>
    /// <param name="context">The call; the end of the text is final.</param>
    /// <param name="utf8">The text, or an end of it that begins with a whole character.</param>
    /// <param name="isWhole">Whether it is all of the text.</param>
    /// <param name="maxTokens">The limit, in ids.</param>
    public SuffixSearch(in EncodeContext context, ReadOnlySpan<byte> utf8, bool isWhole, int maxTokens)
    {
        _context = context;
        _utf8 = utf8;
        _isWhole = isWhole;
        _maxTokens = maxTokens;
    }

    /// <summary>The bytes or chars at either end of a text that probably decide. Few in Debug, so that every
    /// test needs more.</summary>
    public static long FirstLength(int maxTokens)
    {
#if DEBUG
        const int BytesPerId = 1;
        const int More = 8;
#else
        const int BytesPerId = 6;
        const int More = 1024;
#endif
        return (long)maxTokens * BytesPerId + More;
    }

    /// <summary>Finds the suffix.</summary>
    /// <param name="start">Where it starts.</param>
    /// <returns>False if more of the text is needed to decide.</returns>
    public bool TryFind(out int start)
    {
        for (long length = FirstLength(_maxTokens); ; length *= Growth)
        {
            start = length < _utf8.Length ? LastSureStart((int)(_utf8.Length - length)) : 0;
            if (start == 0 && !_isWhole)
            {
                return false;
            }

            ReadOnlySpan<byte> end = _utf8[start..];
            using PieceEndRecorder recorder = PieceEndRecorder.Record(_context, end, int.MaxValue);
            var truncator = new Truncator(_context, end, _maxTokens, recorder.Pieces);
            if (start == 0 || truncator.DecidesSuffix())
            {
                start += truncator.LongestSuffix();
                return true;
            }
        }
    }

    /// <summary>The last place, at or before a position, where a piece starts whatever comes before it; 0 if
    /// there is none.</summary>
    internal int LastSureStart(int position)
    {
        while (!Utf8Sequence.IsBoundary(_utf8, position))
        {
            position--;
        }

        CharacterClass next = ClassAt(position);
        for (int steps = 1; position > 0; steps++)
        {
            if (steps % StepsBetweenCancellationChecks == 0)
            {
                _context.CancellationToken.ThrowIfCancellationRequested();
            }

            int before = StartOfCharacterBefore(position);
            CharacterClass previous = ClassAt(before);
            if (IsNumber(previous) && IsNumber(next))
            {
                int start = LastSureStartInNumbers(position, out int firstNumber);
                if (!IsCrossed(firstNumber, start))
                {
                    return start;
                }

                position = firstNumber;
                next = ClassAt(position);
                continue;
            }

            if (IsSure(previous, next, _utf8[position]) && !IsCrossed(position, position))
            {
                return position;
            }

            // No place is sure inside runs of ASCII letters or white space. They are skipped at once.
            position = Math.Min(StartOfRun(before, AsciiLetters), StartOfRun(before, AsciiWhiteSpace));
            next = position == before ? previous : ClassAt(position);
        }

        return 0;
    }

    /// <summary>The start of the run that the byte at a position is in; the position itself if it is in
    /// none.</summary>
    private int StartOfRun(int position, SearchValues<byte> run) =>
        Math.Min(_utf8[..(position + 1)].LastIndexOfAnyExcept(run) + 1, position);

    /// <summary>The last place in a run of numbers, at or before a position, with a multiple of three numbers
    /// of the run before it; 0 if the start of the run is unknown.</summary>
    private int LastSureStartInNumbers(int position, out int firstNumber)
    {
        const int NumbersOfPiece = 3;
        firstNumber = position;
        int numbers = 0;
        while (firstNumber > 0)
        {
            // Most numbers are ASCII; long runs of them are skipped at once.
            int afterDigits = _utf8[..firstNumber].LastIndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1;
            if (afterDigits < firstNumber)
            {
                numbers += firstNumber - afterDigits;
                firstNumber = afterDigits;
                continue;
            }

            int before = StartOfCharacterBefore(firstNumber);
            if (!IsNumber(ClassAt(before)))
            {
                break;
            }

            numbers++;
            firstNumber = before;
        }

        if (firstNumber == 0 && !_isWhole)
        {
            return 0;
        }

        for (int back = numbers % NumbersOfPiece; back > 0; back--)
        {
            position = StartOfCharacterBefore(position);
        }

        return position;
    }

    /// <summary>Whether no piece can contain two characters next to each other. Each line excludes an
    /// alternative of the pattern (docs/pretokenizer.md).</summary>
    private static bool IsSure(CharacterClass previous, CharacterClass next, byte nextByte)
    {
        const CharacterClass Letters = CharacterClass.Lower | CharacterClass.Upper | CharacterClass.Caseless;
        const CharacterClass WhiteSpace = CharacterClass.Space | CharacterClass.Newline;
        bool isLetter = (previous & Letters) != 0 && (previous & CharacterClass.Mark) == 0;
        return IsNumber(previous) != IsNumber(next)
            || ((previous & WhiteSpace) == 0 && (next & CharacterClass.Space) != 0)
            || ((previous & CharacterClass.Newline) != 0 && (next & WhiteSpace) == 0 && nextByte != '/')
            || (isLetter && (next & CharacterClass.Other) != 0 && nextByte != '\'');
    }

    /// <summary>Whether an allowed special token may start before one place and end after another, which is
    /// not earlier.</summary>
    private bool IsCrossed(int end, int start)
    {
        if (!_context.Options.AllowsAny)
        {
            return false;
        }

        int from = end - _context.SpecialTokens.MaxNameLength + 1;
        if (from < 0 && !_isWhole)
        {
            return true;
        }

        from = Math.Max(from, 0);
        while (_context.SpecialTokens.TryFindAllowed(
            _utf8, from, start, _context.Options, out SpecialTokenMatch match, CancellationToken.None))
        {
            if (match.Start + match.Length > end)
            {
                return true;
            }

            from = match.Start + 1;
        }

        return false;
    }

    private int StartOfCharacterBefore(int position)
    {
        do
        {
            position--;
        }
        while (!Utf8Sequence.IsBoundary(_utf8, position));

        return position;
    }

    private CharacterClass ClassAt(int position)
    {
        uint codePoint = Utf8Sequence.Decode(_utf8[position..], out _);
        CharacterClass result = codePoint == Utf8Sequence.Invalid
            ? CharacterClass.Other
            : _context.Vocabulary.Classes[codePoint];

        // The table is a pointer, which keeps nothing alive.
        GC.KeepAlive(_context.Vocabulary);
        return result;
    }

    private static bool IsNumber(CharacterClass set) => (set & CharacterClass.Number) != 0;
}
