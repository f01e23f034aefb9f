using System.Text;
using System.Text.Unicode;
using Harmony.Bpe;

namespace Harmony.Core.Parsing;

/// <summary>
/// A header's ids as text, cut at special ids: a marker is an id, and text that merely spells one is text.
/// What is no text is left out or replaced, and noted.
/// </summary>
internal sealed class HeaderParts(BpeTokenizer tokenizer)
{
    private readonly int _rankedCount = tokenizer.RankedTokenCount;
    private GrowingBuffer<byte> _utf8 = new();
    private GrowingBuffer<char> _chars = new();
    private GrowingBuffer<HeaderPart> _parts = new();
    private GrowingBuffer<HeaderNote> _notes = new();

    /// <summary>The parts. The first is what comes before any marker but the start marker.</summary>
    public ReadOnlySpan<HeaderPart> Items => _parts.Items;

    /// <summary>What is odd.</summary>
    public ReadOnlySpan<HeaderNote> Notes => _notes.Items;

    /// <summary>The id at which a header first has white space that does not separate words in the reference,
    /// or a character of no width; −1 for none. Here all of it is spaces.</summary>
    public int UnusualSpaceAt { get; private set; }

    public ReadOnlySpan<char> TextOf(scoped in HeaderPart part) => _chars.Items[part.CharStart..part.CharEnd];

    /// <summary>Notes something odd.</summary>
    public void Note(HarmonyDiagnostic diagnostic, int idIndex) =>
        _notes.Append(new HeaderNote(diagnostic, idIndex));

    /// <summary>Cuts a header into its parts.</summary>
    /// <param name="ids">The header's ids. Those before a start marker are ignored, and a message marker is the
    /// end.</param>
    public void Read(ReadOnlySpan<int> ids)
    {
        _utf8.Clear();
        _chars.Clear();
        _parts.Clear();
        _notes.Clear();
        UnusualSpaceAt = -1;
        var part = new HeaderPart();
        for (int i = 0; i < ids.Length; i++)
        {
            int id = ids[i];
            if ((uint)id < (uint)_rankedCount)
            {
                tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token);
                _utf8.Append(token);
                continue;
            }

            Close(part);
            if (id == FormatTokens.Message)
            {
                return;
            }

            if (id == FormatTokens.Start)
            {
                _parts.Clear();
            }
            else if (!tokenizer.IsSpecial(id))
            {
                Note(HarmonyDiagnostic.UnknownId, i);
            }
            else if (id is not (FormatTokens.Channel or FormatTokens.Constrain))
            {
                Note(HarmonyDiagnostic.UnexpectedSpecialToken, i);
            }

            part = new HeaderPart
            {
                Marker = id is FormatTokens.Channel or FormatTokens.Constrain ? id : 0,
                IdStart = i + 1,
                Utf8Start = _utf8.Count,
                CharStart = _chars.Count,
            };
        }

        Close(part);
    }

    /// <summary>The id in which a char of a part begins.</summary>
    /// <param name="ids">The header's ids.</param>
    /// <param name="part">The part.</param>
    /// <param name="charIndex">The char, counted from the part's beginning.</param>
    /// <param name="bytesBefore">How many of the id's bytes come before it.</param>
    public int IdAt(ReadOnlySpan<int> ids, in HeaderPart part, int charIndex, out int bytesBefore)
    {
        ReadOnlySpan<byte> utf8 = _utf8.Items[part.Utf8Start..];
        int bytes = 0;
        while (charIndex > 0)
        {
            Rune.DecodeFromUtf8(utf8[bytes..], out Rune rune, out int length);
            charIndex -= rune.Utf16SequenceLength;
            bytes += length;
        }

        int at = part.IdStart;
        while (at < ids.Length && tokenizer.TryGetTokenBytes(ids[at], out ReadOnlySpan<byte> token)
            && bytes >= token.Length)
        {
            bytes -= token.Length;
            at++;
        }

        bytesBefore = bytes;
        return at;
    }

    private void Close(HeaderPart part)
    {
        ReadOnlySpan<byte> utf8 = _utf8.Items[part.Utf8Start..];
        if (!Utf8.IsValid(utf8))
        {
            Note(HarmonyDiagnostic.InvalidUtf8, part.IdStart);
        }

        // UTF-8 never needs more chars than it has bytes.
        Span<char> free = _chars.Reserve(utf8.Length);
        int length = Encoding.UTF8.GetChars(utf8, free);
        if (ReplaceUnusualSpaces(free[..length]) && UnusualSpaceAt < 0)
        {
            UnusualSpaceAt = part.IdStart;
        }

        _chars.Advance(length);
        part.CharEnd = _chars.Count;
        _parts.Append(part);
    }

    private static bool ReplaceUnusualSpaces(Span<char> text)
    {
        bool isUnusual = false;
        foreach (ref char c in text)
        {
            if ((char.IsWhiteSpace(c) && !HeaderWords.AsciiWhiteSpace.Contains(c))
                || c is '\u200B' or '\u2060' or '\uFEFF')
            {
                c = ' ';
                isUnusual = true;
            }
        }

        return isUnusual;
    }
}
