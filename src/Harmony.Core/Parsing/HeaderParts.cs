using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Harmony.Bpe;
using Harmony.Core.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// Decodes a header's ids to text and cuts it at the special ids: only an id is a marker, text that spells
/// one is text. Ids that are not text are left out or replaced, and noted. The parts are valid until the next
/// read.
/// </summary>
internal sealed class HeaderParts(BpeTokenizer tokenizer)
{
    /// <summary>White space that is not ASCII, the vertical tab, and characters without width.</summary>
    internal const string UnusualSpaces =
        "\v\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A"
        + "\u2028\u2029\u202F\u205F\u3000" + "\u200B\u2060\uFEFF";

    private static readonly SearchValues<char> UnusualSpaceChars = SearchValues.Create(UnusualSpaces);

    private GrowingBuffer<byte> _utf8 = new();
    private GrowingBuffer<char> _chars = new();
    private GrowingBuffer<HeaderPart> _parts = new();
    private GrowingBuffer<HeaderNote> _notes = new();

    /// <summary>The parts. The first comes before any marker except the start marker.</summary>
    public ReadOnlySpan<HeaderPart> Items => _parts.Items;

    /// <summary>What is odd.</summary>
    public ReadOnlySpan<HeaderNote> Notes => _notes.Items;

    /// <summary>The first id of the first part that has unusual white space: white space that does not
    /// separate words in the reference, or a character without width. It has been replaced by spaces. −1 for
    /// none.</summary>
    public int UnusualSpaceAt { get; private set; }

    public ReadOnlySpan<char> TextOf(scoped in HeaderPart part) => _chars.Items[part.CharStart..part.CharEnd];

    /// <summary>Notes something odd.</summary>
    public void Note(HarmonyDiagnostic diagnostic, int idIndex) =>
        _notes.Append(new HeaderNote(diagnostic, idIndex));

    /// <summary>Cuts a header into its parts.</summary>
    /// <param name="ids">The header's ids. What comes before a start marker is ignored; a message marker is
    /// the end.</param>
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
            if (FormatTokens.IsOrdinary(id))
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

    /// <summary>Finds the id in which a char of a part begins.</summary>
    /// <param name="ids">The header's ids.</param>
    /// <param name="part">The part.</param>
    /// <param name="charIndex">The char, from the beginning of the part.</param>
    /// <param name="bytesBefore">How many bytes of the id come before the char.</param>
    /// <returns>The index of the id.</returns>
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
        int first = text.IndexOfAny(UnusualSpaceChars);
        if (first < 0)
        {
            return false;
        }

        foreach (ref char c in text[first..])
        {
            if (UnusualSpaceChars.Contains(c))
            {
                c = ' ';
            }
        }

        return true;
    }
}
