using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.Vocabulary;

/// <summary>The common pieces in the table of short tokens: all that are listed, and random ones in random
/// vocabularies.</summary>
public sealed class CommonPiecesTests
{
    private static readonly List<byte[]> Listed = ReadList();

    [Fact]
    public void FindEntry_EveryListedPiece_GivesTheTextbooksIdsOrNone()
    {
        int seated = 0;
        foreach (byte[] piece in Listed)
        {
            Assert.Equal(-1, TextbookMerge.O200k.RankOf(piece));
            seated += CheckEntry(FrozenVocabulary.Embedded, piece, TextbookMerge.O200k) ? 1 : 0;
        }

        Assert.Contains(
            $"common-pieces {seated} of {Listed.Count}",
            File.ReadAllLines(RepositoryFiles.PathOf("vocab/vocabulary.lock")));
        Assert.InRange(seated, 40_000, Listed.Count);
    }

    /// <summary>Each piece is missed by the cache once, and then found in it.</summary>
    [Fact]
    public void Encode_AllListedPieces_GivesTheTextbooksIds()
    {
        byte[] text = [.. Listed.SelectMany(static piece => (byte[])[.. piece, (byte)'\n'])];
        List<int> expected = [];
        for (int start = 0; start < text.Length;)
        {
            int end = new PieceSplitter(text, FrozenVocabulary.Embedded.Classes, CancellationToken.None)
                .EndOfPiece(start);
            expected.AddRange(TextbookMerge.O200k.Encode(text.AsSpan(start..end)));
            start = end;
        }

        EncoderCache.Clear();
        Assert.Equal(expected, BpeTokenizer.O200kHarmony.Encode(text, EncodeOptions.Ordinary));
        Assert.Equal(expected, BpeTokenizer.O200kHarmony.Encode(text, EncodeOptions.Ordinary));
        EncoderCache.Clear();
        Assert.Equal(expected.Count, BpeTokenizer.O200kBase.Count(text, EncodeOptions.Ordinary));
        Assert.Equal(text, BpeTokenizer.O200kBase.DecodeBytes(expected.ToArray()));
    }

    [Fact]
    public void Encode_OneListedPiece_GivesTheTextbooksIds()
    {
        foreach (byte[] piece in Listed.Where(static (_, i) => i % 101 == 0))
        {
            List<int> expected = TextbookTokenizer.O200kHarmony.Encode(piece);
            Assert.Equal(expected, BpeTokenizer.O200kHarmony.Encode(piece, EncodeOptions.Ordinary));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Freeze_RandomPieces_GivesTheTextbooksIdsAndKeepsAllTokens(int seed)
    {
        var random = new Random(seed);
        List<byte[]> tokens = RandomVocabulary.Create(seed, merges: 400 * seed, shuffled: seed % 2 == 0);
        var textbook = new TextbookMerge(tokens);
        List<byte[]> pieces =
        [
            .. Enumerable.Range(0, 5_000)
                .Select(_ => Enumerable.Range(0, random.Next(1, 11))
                    .Select(_ => "abcA \n1!"u8[random.Next(8)])
                    .ToArray())
                .DistinctBy(Convert.ToHexString)
                .Where(piece => textbook.RankOf(piece) < 0
                    && ShortEntry.Fits(piece.Length, textbook.Encode(piece).Length)),
        ];
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens, pieces));
        for (int id = 0; id < tokens.Count; id++)
        {
            Assert.Equal(id, vocabulary.Pieces.Find(tokens[id]));
        }

        Assert.InRange(pieces.Count(piece => CheckEntry(vocabulary, piece, textbook)), 40, pieces.Count);
        GC.KeepAlive(vocabulary);
    }

    [Fact]
    public void FindEntry_AVocabularyWithoutList_HasTokensOnly()
    {
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(TextbookMerge.O200kTokens));
        Assert.All(Listed, piece => Assert.Equal(0, vocabulary.Pieces.FindEntry(piece, out _)));
        GC.KeepAlive(vocabulary);
    }

    [Theory]
    [InlineData("61", "is a token")]
    [InlineData("FFFE,FFFE", "twice")]
    [InlineData("FFFEFDFC", "too long")]
    public void Freeze_APieceThatCannotBeListed_Throws(string pieces, string reason)
    {
        List<byte[]> tokens = RandomVocabulary.Create(seed: 1, merges: 10, shuffled: false);
        byte[][] list = [.. pieces.Split(',').Select(Convert.FromHexString)];
        VocabularyException error = Assert.Throws<VocabularyException>(() => RandomVocabulary.Freeze(tokens, list));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Whether the table has a piece, which must be none for <see cref="PieceTable.Find"/>.</summary>
    private static bool CheckEntry(FrozenVocabulary vocabulary, byte[] piece, TextbookMerge textbook)
    {
        Assert.Equal(-1, vocabulary.Pieces.Find(piece));
        int count = vocabulary.Pieces.FindEntry(piece, out ulong packed);
        if (count > 0)
        {
            int[] ids = [.. Enumerable.Range(0, count).Select(i => (int)(packed >> 18 * i) & 0x3_FFFF)];
            Assert.Equal(textbook.Encode(piece), ids);
        }

        return count > 0;
    }

    private static List<byte[]> ReadList() =>
    [
        .. File.ReadLines(RepositoryFiles.PathOf("vocab/common-pieces.txt"))
            .Where(static line => !line.StartsWith('#'))
            .Select(static line => Regex.Replace(
                line,
                @"\\(\\|u(....))",
                static m => m.Value == @"\\"
                    ? @"\"
                    : ((char)int.Parse(m.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                        .ToString()))
            .Select(Encoding.UTF8.GetBytes),
    ];
}
