using System.Text;
using Harmony.Bpe.Merging.LongPieces;
using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Specials;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests;

/// <summary>Long work checks its token, also before the first id.</summary>
public sealed class CancellationTests
{
    private static readonly CancellationToken Cancelled = new(canceled: true);
    private static readonly SpecialTokenFinder Finder = new(FrozenVocabulary.Embedded.OpenSpecialTokens(1));

    [Theory]
    [InlineData("a", 1)]
    [InlineData("A", 1)]
    [InlineData("\u4F60", 1)]
    [InlineData("!", 0)]
    [InlineData("\u3000", 1)]
    [InlineData("\n", 0)]
    [InlineData("\u0301", 0)]
    public void EndOfPiece_LongPiece_LooksAtTheToken(string unit, int start)
    {
        byte[] piece = Encoding.UTF8.GetBytes("!" + string.Concat(Enumerable.Repeat(unit, 70_000)));

        Assert.Equal(piece.Length, new PieceSplitter(piece, FrozenVocabulary.Embedded.Classes).EndOfPiece(start));
        Assert.Throws<OperationCanceledException>(
            () => new PieceSplitter(piece, FrozenVocabulary.Embedded.Classes, Cancelled).EndOfPiece(start));

        // A short piece ends before a check, wherever in the text it is.
        byte[] text = [.. Enumerable.Repeat((byte)'1', 200_000), .. piece.AsSpan(0, 1_000)];
        new PieceSplitter(text, FrozenVocabulary.Embedded.Classes, Cancelled).EndOfPiece(200_000);
    }

    [Fact]
    public void SpecialTokenFinder_NothingToFind_LooksAtTheToken()
    {
        string text = new('x', 1_000);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Assert.Null(Finder.FindRefused(text, 0, 1_000, EncodeOptions.Default, CancellationToken.None));
        Assert.Throws<OperationCanceledException>(
            () => Finder.FindRefused(text, 0, 1_000, EncodeOptions.Default, Cancelled));
        Assert.Throws<OperationCanceledException>(
            () => Finder.FindRefused(utf8, 0, 1_000, EncodeOptions.Default, Cancelled));
        Assert.Throws<OperationCanceledException>(
            () => Finder.TryFindAllowed(utf8, 0, 1_000, EncodeOptions.AllSpecial, out _, Cancelled));
        Assert.Throws<OperationCanceledException>(() => Utf8Sequence.IndexOfInvalid(utf8, Cancelled));
        Assert.Throws<OperationCanceledException>(
            () => BpeTokenizer.O200kHarmony.ThrowIfRefused(text, cancellationToken: Cancelled));
        Assert.Throws<OperationCanceledException>(
            () => BpeTokenizer.O200kHarmony.ThrowIfRefused(utf8, cancellationToken: Cancelled));
    }

    [Fact]
    public void Encode_LongPieceCancelled_StopsBeforeTheFirstId()
    {
        using var source = new CancellationTokenSource();
        string text = new('x', 500_000);
        var ids = new int[text.Length];
        Array.Fill(ids, -1);
        source.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => BpeTokenizer.O200kHarmony.Encode(text, ids, out _, out _, null, true, source.Token));
        Assert.All(ids, static id => Assert.Equal(-1, id));
        Assert.Throws<OperationCanceledException>(
            () => HeapMerger.Merge("xy"u8, FrozenVocabulary.Embedded.Merges, new int[2], starts: [], source.Token));
    }
}
