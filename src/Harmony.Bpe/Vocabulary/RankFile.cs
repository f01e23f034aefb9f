using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// A rank file in tiktoken's format, read and checked. Each line is a token: base64 of its bytes, a space,
/// its rank. Empty lines and a byte order mark are skipped, as in tiktoken. Every error names the line.
/// </summary>
internal sealed class RankFile
{
    /// <summary>The most bytes of a line that a message shows.</summary>
    private const int MaxQuoted = 40;

    private RankFile(byte[][] tokens, byte[] sha256)
    {
        Tokens = tokens;
        Sha256 = sha256;
        MaxTokenLength = tokens.Max(static token => token.Length);
    }

    /// <summary>The tokens' bytes; the index is the rank, which is the id.</summary>
    public IReadOnlyList<byte[]> Tokens { get; }

    /// <summary>The length of the longest token, in bytes.</summary>
    public int MaxTokenLength { get; }

    /// <summary>SHA-256 of the file.</summary>
    public byte[] Sha256 { get; }

    /// <summary>Reads a rank file.</summary>
    /// <exception cref="ArgumentException">The expected hash has neither 0 nor 32 bytes.</exception>
    /// <exception cref="VocabularyException">The file is no complete rank file, or not the expected one, or
    /// for another splitting pattern.</exception>
    public static RankFile Parse(ReadOnlySpan<byte> file, ReadOnlySpan<byte> expectedSha256)
    {
        if (expectedSha256.Length is not (0 or SHA256.HashSizeInBytes))
        {
            throw new ArgumentException(
                $"The hash has {expectedSha256.Length} bytes, but must have {SHA256.HashSizeInBytes}.",
                nameof(expectedSha256));
        }

        byte[] sha256 = SHA256.HashData(file);
        if (!expectedSha256.IsEmpty && !expectedSha256.SequenceEqual(sha256))
        {
            throw new VocabularyException(
                $"The rank file has SHA-256 {Convert.ToHexStringLower(sha256)}, "
                + $"but {Convert.ToHexStringLower(expectedSha256)} was expected.");
        }

        Dictionary<int, (byte[] Token, int Line)> byRank = ReadLines(file);
        if (OtherPatterns.NameOf(byRank) is { } other)
        {
            throw new VocabularyException(
                $"The rank file's first {OtherPatterns.RankCount} ranks are those of {other}, whose splitting pattern "
                + "is not the one of o200k, by which this library splits: the ids would be wrong.");
        }

        return new RankFile(InRankOrder(byRank, lastLine: file.Count((byte)'\n')), sha256);
    }

    private static Dictionary<int, (byte[] Token, int Line)> ReadLines(ReadOnlySpan<byte> file)
    {
        var byRank = new Dictionary<int, (byte[], int)>();
        var lineOf = new Dictionary<byte[], int>(BytesComparer.Instance);
        int line = 0;
        file = file.StartsWith("\uFEFF"u8) ? file["\uFEFF"u8.Length..] : file;
        while (!file.IsEmpty)
        {
            line++;
            int end = file.IndexOf((byte)'\n');
            if (end < 0)
            {
                throw At(line, "the line has no end: the file is truncated");
            }

            ReadOnlySpan<byte> content = file[..end].TrimEnd((byte)'\r');
            file = file[(end + 1)..];
            if (content.IsEmpty)
            {
                continue;
            }

            (byte[] token, int rank) = ReadLine(content, line);
            if (!byRank.TryAdd(rank, (token, line)))
            {
                throw At(line, $"rank {rank} was already given on line {byRank[rank].Item2}");
            }

            if (!lineOf.TryAdd(token, line))
            {
                throw At(
                    line,
                    $"the token {Convert.ToBase64String(token)} was already given on line {lineOf[token]}");
            }
        }

        return byRank.Count != 0 ? byRank : throw new VocabularyException("The rank file is empty.");
    }

    private static (byte[] Token, int Rank) ReadLine(ReadOnlySpan<byte> content, int line)
    {
        int space = content.IndexOf((byte)' ');
        if (space <= 0)
        {
            throw At(line, $"expected base64, a space and a rank, not {Quote(content)}");
        }

        // The decoder would skip white space.
        ReadOnlySpan<byte> base64 = content[..space];
        var token = new byte[Base64.GetMaxDecodedFromUtf8Length(space)];
        if (base64.ContainsAny("\t\r"u8)
            || Base64.DecodeFromUtf8(base64, token, out _, out int length) != OperationStatus.Done
            || length == 0)
        {
            throw At(line, $"the token {Quote(base64)} is not base64 of at least one byte");
        }

        if (length > FrozenFormat.MaxTokenLength)
        {
            throw At(
                line, $"the token has {length} bytes; at most {FrozenFormat.MaxTokenLength} are supported");
        }

        ReadOnlySpan<byte> digits = content[(space + 1)..];
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            throw At(line, $"the rank must be digits, but is {Quote(digits)}");
        }

        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int rank)
            || rank >= FrozenFormat.MaxTokenCount)
        {
            throw At(
                line,
                $"rank {Quote(digits)} is out of range; ranks must be below {FrozenFormat.MaxTokenCount}");
        }

        return (token[..length], rank);
    }

    private static byte[][] InRankOrder(Dictionary<int, (byte[] Token, int Line)> byRank, int lastLine)
    {
        var tokens = new byte[byRank.Count][];
        Span<bool> single = stackalloc bool[256];
        single.Clear();
        for (int rank = 0; rank < tokens.Length; rank++)
        {
            if (!byRank.TryGetValue(rank, out (byte[] Token, int Line) entry))
            {
                int next = byRank.Keys.Where(other => other > rank).Min();
                throw At(byRank[next].Line, $"rank {rank} is missing: ranks must count from 0 without a gap");
            }

            tokens[rank] = entry.Token;
            if (entry.Token.Length == 1)
            {
                single[entry.Token[0]] = true;
            }
        }

        int missing = single.IndexOf(false);
        if (missing >= 0)
        {
            throw At(
                lastLine,
                $"the file ended without a token for the single byte 0x{missing:x2}, "
                + "so that not every text could be encoded");
        }

        return tokens;
    }

    /// <summary>The beginning of a part of a line, in quotes, with control characters escaped.</summary>
    private static string Quote(ReadOnlySpan<byte> part)
    {
        string start = Encoding.UTF8.GetString(part[..Math.Min(part.Length, MaxQuoted)]);
        return $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(start)}\"";
    }

    private static VocabularyException At(int line, string problem) =>
        new($"Rank file, line {line}: {problem}.", line);
}
