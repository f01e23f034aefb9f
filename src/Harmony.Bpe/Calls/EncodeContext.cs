using Harmony.Bpe.Specials;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Calls;

/// <summary>
/// The inputs of an encoding call that no level changes, passed down by reference from
/// <see cref="BpeTokenizer"/> to the encoders. The text and the sink are passed beside it.
/// </summary>
internal readonly ref struct EncodeContext(
    FrozenVocabulary vocabulary,
    SpecialTokenFinder specialTokens,
    EncodeOptions options,
    bool isFinal,
    CancellationToken cancellationToken)
{
    /// <summary>The tables.</summary>
    public readonly FrozenVocabulary Vocabulary = vocabulary;

    /// <summary>Finds the special tokens that the options allow.</summary>
    public readonly SpecialTokenFinder SpecialTokens = specialTokens;

    /// <summary>Which special tokens become ids.</summary>
    public readonly EncodeOptions Options = options;

    /// <summary>Whether the text ends with the bytes or chars at hand. If not, the pieces that more text
    /// could change are left for the next call.</summary>
    public readonly bool IsFinal = isFinal;

    /// <summary>Stops the work between pieces, and inside very long ones.</summary>
    public readonly CancellationToken CancellationToken = cancellationToken;

    /// <summary>The length in bytes of the tokens, ranked or special, with these ids.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="utf8">The text from where they stand on.</param>
    public int LengthOf(ReadOnlySpan<int> ids, ReadOnlySpan<byte> utf8)
    {
        int length = 0;
        foreach (int id in ids)
        {
            length += (uint)id < (uint)Vocabulary.Tokens.Count
                ? Vocabulary.Tokens.LengthOf(id)
                : SpecialTokens.LengthAt(utf8[length..], Options);
        }

        return length;
    }

    /// <summary>The same for a part of the text.</summary>
    public EncodeContext WithFinal(bool isFinal) =>
        new(Vocabulary, SpecialTokens, Options, isFinal, CancellationToken);
}
