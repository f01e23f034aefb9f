using System.Text;
using System.Text.RegularExpressions;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Vocab.Builder;

/// <summary>
/// Finds the pieces that most texts have and that are no tokens. What counts is in how many stretches of text
/// a piece is found, not how often: a thread merges it once in each text that it meets.
/// </summary>
internal sealed partial class CommonPieceCounter
{
    /// <summary>The characters of a stretch.</summary>
    private const int StretchLength = 8_192;

    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _idOf;

    // By piece: the sum of what each package says.
    private readonly Dictionary<string, double> _scores = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _counts =
        new Dictionary<string, int>().GetAlternateLookup<ReadOnlySpan<char>>();
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _seen =
        new HashSet<string>().GetAlternateLookup<ReadOnlySpan<char>>();

    public CommonPieceCounter(Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> idOf) => _idOf = idOf;

    /// <summary>Counts the pieces of a package's text.</summary>
    /// <param name="texts">The text, in parts.</param>
    /// <param name="weight">What the package counts.</param>
    public void Add(IEnumerable<string> texts, double weight)
    {
        int stretches = 0;
        _counts.Dictionary.Clear();
        foreach (string text in texts)
        {
            for (int at = 0; at < text.Length; at += StretchLength)
            {
                CountStretch(text.AsSpan(at, Math.Min(StretchLength, text.Length - at)));
                stretches++;
            }
        }

        // The root makes a piece that many packages have worth more than one that a single package is
        // full of.
        foreach ((string piece, int count) in _counts.Dictionary)
        {
            _scores[piece] = _scores.GetValueOrDefault(piece) + weight * Math.Sqrt((double)count / stretches);
        }
    }

    /// <summary>The most common pieces, the most common one first.</summary>
    public IEnumerable<string> MostCommon() => _scores
        .OrderByDescending(static piece => piece.Value)
        .ThenBy(static piece => piece.Key, StringComparer.Ordinal)
        .Select(static piece => piece.Key);

    private void CountStretch(ReadOnlySpan<char> text)
    {
        _seen.Set.Clear();
        Span<byte> utf8 = stackalloc byte[ShortVocabularyKey.MaxLength];
        foreach (ValueMatch match in Pattern().EnumerateMatches(text))
        {
            // The first and the last may be parts of what the stretch cuts.
            ReadOnlySpan<char> piece = text.Slice(match.Index, match.Length);
            if (match.Index > 0 && match.Index + match.Length < text.Length
                && Encoding.UTF8.TryGetBytes(piece, utf8, out int length)
                && !_idOf.ContainsKey(utf8[..length])
                && _seen.Add(piece))
            {
                _counts[piece] = _counts.TryGetValue(piece, out int count) ? count + 1 : 1;
            }
        }
    }

    /// <summary>The pattern of o200k.</summary>
    [GeneratedRegex(
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
