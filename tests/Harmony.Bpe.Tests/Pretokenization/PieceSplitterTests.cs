using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Pretokenization;

/// <summary>The splitter against the backtracking matcher: well over a million pieces in all.</summary>
public sealed class PieceSplitterTests
{
    private const int PiecesPerSeed = 150_000;

    private static readonly CharacterClassTable Classes = FrozenVocabulary.Embedded.Classes;

    /// <summary>At least one of each class, and the letters of the contractions.</summary>
    private static readonly byte[][] Alphabet =
    [
        .. "strelvmdSA'1 \t\r\n/!"u8.ToArray().Select(static b => new[] { b }),
        [.. "\u017F"u8], [.. "\u01C5"u8], [.. "\u02B0"u8], [.. "\u00AA"u8], [.. "\u0301"u8], [.. "\u0660"u8],
        [.. "\u3000"u8], [0xC5],
    ];

    /// <summary>One of each class, for longer strings.</summary>
    private static readonly byte[][] SmallAlphabet =
        [.. "sA'1 \n/!"u8.ToArray().Select(static b => new[] { b }), [.. "\u02B0"u8], [.. "\u0301"u8], [.. "\u00A0"u8]];

    public static IEnumerable<TheoryDataRow<int>> Seeds =>
        Enumerable.Range(1, 6).Select(static seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EndOfPiece_RandomText_EqualsTextbook(int seed)
    {
        var generator = new EdgeTextGenerator(seed);
        for (int pieces = 0; pieces < PiecesPerSeed;)
        {
            pieces += AssertEqualsTextbook(generator.NextUtf8(runs: 30, wellFormed: seed % 2 == 0));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void EndOfPiece_EveryShortString_EqualsTextbook(int length)
    {
        int pieces = AssertEveryString(Alphabet, length);

        Assert.True(pieces >= Math.Pow(Alphabet.Length, length));
    }

    [Fact]
    public void EndOfPiece_EveryStringOfFiveClasses_EqualsTextbook() => AssertEveryString(SmallAlphabet, length: 5);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EndOfPiece_TextThatGoesOn_IsSureOfWhatItFound(int seed)
    {
        var generator = new EdgeTextGenerator(100 + seed);
        for (int i = 0; i < 300; i++)
        {
            byte[] utf8 = generator.NextUtf8(runs: 6, wellFormed: seed % 2 == 0);
            List<int> ends = Split(utf8);
            for (int cut = 0; cut <= utf8.Length; cut++)
            {
                int complete = cut - Utf8Sequence.IncompleteTailLength(utf8.AsSpan(0, cut));
                Assert.Equal(
                    ends.Take(SureEnds(utf8.AsSpan(0, complete)).Count), SureEnds(utf8.AsSpan(0, complete)));
            }
        }
    }

    [Fact]
    public void EndOfPiece_AnyPiecesEnd_IsARestartPoint()
    {
        var generator = new EdgeTextGenerator(7);
        for (int i = 0; i < 500; i++)
        {
            byte[] utf8 = generator.NextUtf8(runs: 20);
            List<int> ends = Split(utf8);
            for (int piece = 0; piece + 1 < ends.Count; piece++)
            {
                var rest = new PieceSplitter(utf8.AsSpan(ends[piece]), Classes);
                Assert.Equal(ends[piece + 1], ends[piece] + rest.EndOfPiece(0));
            }
        }
    }

    [Fact]
    public void EndOfPiece_EveryCodePointBetweenEdges_EqualsTextbook()
    {
        IEnumerable<int> all = Enumerable.Range(0, UnicodeData.CodePointCount);
        foreach (int codePoint in all.Where(static c => c is < 0xD800 or > 0xDFFF))
        {
            var utf8 = new List<byte>(" a"u8.ToArray());
            TextbookUtf8.Append(utf8, codePoint);
            utf8.AddRange("Bb'"u8);
            TextbookUtf8.Append(utf8, codePoint);
            if (codePoint % 16 == 0 || UnicodeData.Categories[codePoint] is not ("Cn" or "Co" or "Lo"))
            {
                AssertEqualsTextbook([.. utf8]);
            }
        }
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void EndOfPiece_LongRuns_EqualsTextbook(int length)
    {
        string[] edges = ["", "a", "A", "\u02B0", "\u0301", "1", "!", " ", "\n", "'s", "/", "\u00A0"];
        foreach (char run in "aA\u02B0\u0301\u3042 \n\t\u3000!/'1")
        {
            foreach (string before in edges)
            {
                foreach (string after in edges)
                {
                    AssertEqualsTextbook(TextbookUtf8.Encode(before + new string(run, length) + after));
                }
            }
        }
    }

    private static int AssertEveryString(byte[][] alphabet, int length)
    {
        int pieces = 0;
        var digits = new int[length];
        for (long number = 0; number < (long)Math.Pow(alphabet.Length, length); number++)
        {
            long rest = number;
            for (int i = 0; i < length; i++)
            {
                digits[i] = (int)(rest % alphabet.Length);
                rest /= alphabet.Length;
            }

            pieces += AssertEqualsTextbook([.. digits.SelectMany(digit => alphabet[digit])]);
        }

        return pieces;
    }

    private static int AssertEqualsTextbook(byte[] utf8)
    {
        List<int> expected = TextbookSplitter.Split(utf8);
        List<int> actual = Split(utf8);
        if (!expected.SequenceEqual(actual))
        {
            Assert.Fail($"{Convert.ToHexString(utf8)}: expected {string.Join(' ', expected)}, was {string.Join(' ', actual)}");
        }

        return expected.Count;
    }

    private static List<int> Split(ReadOnlySpan<byte> utf8)
    {
        var splitter = new PieceSplitter(utf8, Classes);
        var ends = new List<int>();
        for (int at = 0; at < utf8.Length;)
        {
            ends.Add(at = splitter.EndOfPiece(at));
        }

        return ends;
    }

    /// <summary>The pieces that were found without looking at the end of the text.</summary>
    private static List<int> SureEnds(ReadOnlySpan<byte> utf8)
    {
        var splitter = new PieceSplitter(utf8, Classes);
        var ends = new List<int>();
        for (int at = 0; at < utf8.Length;)
        {
            at = splitter.EndOfPiece(at);
            if (splitter.ReachedEnd)
            {
                break;
            }

            ends.Add(at);
        }

        return ends;
    }
}
