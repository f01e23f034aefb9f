using Harmony.Bpe.Batches;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Batches;

/// <summary>The window splitter, with each kernel, against the reference path.</summary>
public sealed class WindowSplitterTests
{
    private const int PiecesPerSeed = 150_000;

    private static readonly CharacterClassTable Classes = FrozenVocabulary.Embedded.Classes;

    /// <summary>One of each class and the letters of a contraction, for strings that end inside a
    /// window.</summary>
    private static readonly string[] Alphabet = ["s", "A", "'", "1", " ", "\n", "/", "!", "\u02B0", "\u0301", "\u00A0"];

    public static TheoryData<int> Seeds => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Split_RandomText_EqualsReference(int seed)
    {
        var generator = new EdgeTextGenerator(1000 + seed);
        for (int pieces = 0; pieces < PiecesPerSeed;)
        {
            byte[] utf8 = generator.NextUtf8(runs: 1 + pieces % 300, wellFormed: seed % 2 == 0);
            pieces += AssertEveryKernelEqualsReference(utf8);
        }
    }

    [Fact]
    public void Split_FewDifferentParts_EqualsReference()
    {
        // Texts of few parts repeat the same meetings at every offset of a window.
        var random = new Random(7);
        string[] parts =
        [
            .. Alphabet, "'s", "'RE", "\u017F", "\u6F22", "\u00C9", "\uD83D\uDC4D", "\u2764\uFE0F", "\r\n", "!\n/", " /", "AB", "don't",
        ];
        for (int i = 0; i < 4000; i++)
        {
            string[] few = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => parts[random.Next(parts.Length)])];
            string text = string.Concat(Enumerable.Range(0, 150).Select(_ => few[random.Next(few.Length)]));
            AssertEveryKernelEqualsReference(System.Text.Encoding.UTF8.GetBytes(text));
        }
    }

    [Fact]
    public void SplitTail_EveryShortString_EqualsReference()
    {
        var indexes = new int[4];
        for (int n = 0; n < Math.Pow(Alphabet.Length, indexes.Length); n++)
        {
            for (int i = 0, rest = n; i < indexes.Length; i++, rest /= Alphabet.Length)
            {
                indexes[i] = rest % Alphabet.Length;
            }

            string text = string.Concat(indexes.Select(static index => Alphabet[index]));
            AssertEveryKernelEqualsReference(System.Text.Encoding.UTF8.GetBytes(text));
        }
    }

    private static int AssertEveryKernelEqualsReference(byte[] utf8)
    {
        List<int> expected = ReferenceEnds(utf8);
        AssertEqual<ScalarWindowKernel>(utf8, expected);
        AssertEqual<Vector256WindowKernel>(utf8, expected);
        AssertEqual<Vector128WindowKernel>(utf8, expected);
        if (Avx512WindowKernel.IsSupported)
        {
            AssertEqual<Avx512WindowKernel>(utf8, expected);
        }

        return expected.Count;
    }

    private static void AssertEqual<TKernel>(byte[] utf8, List<int> expected)
        where TKernel : struct, IWindowKernel
    {
        List<int> actual = Ends<TKernel>(utf8);
        if (!expected.SequenceEqual(actual))
        {
            int at = Enumerable.Range(0, expected.Count).First(i => i >= actual.Count || actual[i] != expected[i]);
            Assert.Fail($"{typeof(TKernel).Name}: piece {at} of {Convert.ToHexString(utf8)} ends at {expected[at]}, "
                + $"not at {actual.ElementAtOrDefault(at)}");
        }
    }

    private static List<int> ReferenceEnds(ReadOnlySpan<byte> utf8)
    {
        var splitter = new PieceSplitter(utf8, Classes);
        var ends = new List<int>();
        for (int position = 0; position < utf8.Length;)
        {
            position = splitter.EndOfPiece(position);
            ends.Add(position);
        }

        return ends;
    }

    private static unsafe List<int> Ends<TKernel>(byte[] utf8)
        where TKernel : struct, IWindowKernel
    {
        BatchState state = BatchState.Rent(FrozenVocabulary.Embedded);
        var ends = new List<int>();
        int position = 0;
        while (position + WindowSplitter<TKernel>.Needed <= utf8.Length)
        {
            int count = WindowSplitter<TKernel>.Split(state, Classes, utf8, ref position);
            Take(count, offset: 0);
        }

        int tailStart = position;
        int length = utf8.Length - position;
        state.FillTail(utf8.AsSpan(tailStart));
        for (int inTail = 0; inTail < length;)
        {
            int count = WindowSplitter<TKernel>.SplitTail(state, Classes, length, ref inTail);
            position = tailStart + inTail;
            Take(count, tailStart);
            inTail = position - tailStart;
        }

        BatchState.Return(state);
        return ends;

        void Take(int count, int offset)
        {
            for (int i = 1; i <= count; i++)
            {
                ends.Add(offset + state.Split.StartOf(i));
            }

            if (count == 0)
            {
                position = new PieceSplitter(utf8, Classes).EndOfPiece(position);
                ends.Add(position);
            }
        }
    }
}
