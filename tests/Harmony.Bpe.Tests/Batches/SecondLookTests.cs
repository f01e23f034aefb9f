using System.Text;
using Harmony.Bpe.Batches;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Batches;

/// <summary>The second look finds short tokens in the vocabulary and longer pieces in the cache, and leaves
/// the other misses in order.</summary>
public sealed unsafe class SecondLookTests : IDisposable
{
    /// <summary>Pieces of every kind, and whether a thread that has not seen them, or has, finds
    /// them.</summary>
    private static readonly (string Piece, bool AtFirst, bool Later)[] Pieces =
    [
        (" the", true, true),
        (" qzjvx", false, false),
        (" internationalization", false, true),
        (" zqxjkvbwzqxjkvbw", false, false),
        ("information", true, true),
        (" " + new string('q', 40), false, false),
        (" backslash", true, true),
        (" of", true, true),
    ];

    private readonly BatchState _state = BatchState.Rent(FrozenVocabulary.Embedded);
    private readonly byte[] _text =
        Encoding.UTF8.GetBytes(string.Concat(Pieces.Select(static piece => piece.Piece)) + new string(' ', 64));

    public SecondLookTests()
    {
        _state.Cache.Clear();
        uint start = 0;
        for (int i = 0; i < Pieces.Length; i++)
        {
            *_state.Split.StartsFrom(i) = start;
            start += (uint)Encoding.UTF8.GetByteCount(Pieces[i].Piece);
        }

        *_state.Split.StartsFrom(Pieces.Length) = start;
    }

    public void Dispose() => BatchState.Return(_state);

    [Fact]
    public void Resolve_PiecesOfEveryKind_LeavesWhatItCannotKnowInOrder()
    {
        // What is found at first is kept, and has to be forgotten.
        int[] expected = Resolve();
        Assert.Equal(NumbersOf(static piece => !piece.Later), LookAgainAtAll());
        _state.Cache.Clear();
        Assert.Equal(NumbersOf(static piece => !piece.AtFirst), LookAgainAtAll());
        Assert.Equal(expected, Resolve());
    }

    [Fact]
    public void Resolve_ShortToken_IsKept()
    {
        Resolve();
        _state.Cache.Clear();

        LookAgainAtAll();

        CacheLookup* lookup = _state.Lookups.LookupsFrom(0);
        Assert.Equal(1u, PackedIds.CountOf(CacheLine.Find(lookup->Line, lookup->Key)));
    }

    private static int[] NumbersOf(Predicate<(string Piece, bool AtFirst, bool Later)> isWanted) =>
        [.. Enumerable.Range(0, Pieces.Length).Where(i => isWanted(Pieces[i]))];

    private int[] Resolve() => PieceResolver.Resolve(
        _state, FrozenVocabulary.Embedded, _text, Pieces.Length, countsOnly: false, out _).ToArray();

    /// <summary>Lists all pieces as missed.</summary>
    /// <returns>The numbers of those that are still listed then.</returns>
    private int[] LookAgainAtAll()
    {
        for (int i = 0; i < Pieces.Length; i++)
        {
            *_state.Misses.MissedFrom(i) = (uint)i;
        }

        fixed (byte* text = _text)
        {
            SecondLook.Locate(_state, FrozenVocabulary.Embedded.Pieces, text, 0, Pieces.Length);
            int left = SecondLook.Resolve(_state, FrozenVocabulary.Embedded.Pieces, text, 0, Pieces.Length);
            return [.. Enumerable.Range(0, left).Select(i => (int)*_state.Misses.MissedFrom(i))];
        }
    }
}
