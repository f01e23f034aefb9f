using Harmony.Bpe.Specials;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe;

/// <summary>
/// A byte-pair tokenizer with the o200k splitting pattern: text to token ids and back, id for id what the
/// reference (tiktoken) gives.
/// </summary>
/// <remarks>
/// Immutable and thread-safe, without locks. <see cref="O200kHarmony"/> and <see cref="O200kBase"/> are ready
/// to use: their vocabulary is mapped from the assembly, nothing is parsed, downloaded or built at start.
/// <para>Text comes as UTF-16 (<c>text</c>, lone surrogates become U+FFFD) or as UTF-8 (<c>utf8</c>, kept
/// byte for byte, well-formed or not). Lengths and indexes are in the caller's units: chars of the one, bytes
/// of the other.</para>
/// </remarks>
public sealed partial class BpeTokenizer
{
    private const int O200kBaseSet = 0;
    private const int O200kHarmonySet = 1;

    private readonly FrozenVocabulary _vocabulary;
    private readonly SpecialTokenTable _specials;
    private SpecialTokens? _specialTokens;
    private SpecialTokenFinder? _specialFinder;

    private BpeTokenizer(FrozenVocabulary vocabulary, SpecialTokenTable specials)
    {
        _vocabulary = vocabulary;
        _specials = specials;
    }

    /// <summary>The tokenizer of gpt-oss and the Harmony format: o200k_base's ranks with 1,091 special tokens, those
    /// of openai-harmony.</summary>
    /// <remarks>The id 200018 is <c>&lt;|reserved_200018|&gt;</c>, as in openai-harmony. tiktoken and the tokenizer
    /// files of gpt-oss name it <c>&lt;|endofprompt|&gt;</c>: <see cref="WithSpecialTokens"/> adds that
    /// name.</remarks>
    public static BpeTokenizer O200kHarmony => EmbeddedO200kHarmony.Tokenizer;

    /// <summary>The tokenizer of GPT-4o and its successors, with the special tokens
    /// <c>&lt;|endoftext|&gt;</c> and <c>&lt;|endofprompt|&gt;</c>.</summary>
    public static BpeTokenizer O200kBase => EmbeddedO200kBase.Tokenizer;

    /// <summary>One more than the largest id: 201,089 for <see cref="O200kHarmony"/>.</summary>
    public int VocabularySize => Math.Max(_vocabulary.Tokens.Count, _specials.EndId);

    /// <summary>How many tokens have a rank; their ids are 0 to RankedTokenCount − 1.</summary>
    public int RankedTokenCount => _vocabulary.Tokens.Count;

    /// <summary>The length of the longest ranked token, in bytes.</summary>
    public int MaxTokenLength => _vocabulary.Tokens.MaxLength;

    /// <summary>The special tokens.</summary>
    public SpecialTokens SpecialTokens =>
        _specialTokens ?? Interlocked.CompareExchange(ref _specialTokens, new SpecialTokens(_specials), null)
        ?? _specialTokens;

    /// <summary>The id of <c>&lt;|endoftext|&gt;</c>, or null if the tokenizer has no such token.</summary>
    public int? EndOfTextId => _specials.TryGetId("<|endoftext|>"u8, out int id) ? id : null;

    /// <summary>XxHash3 of the frozen vocabulary: equal for equal ranks, Unicode classes and special tokens that came
    /// with them. Tokenizers that share a vocabulary have the same, whatever their special tokens are.</summary>
    internal ulong Fingerprint => _vocabulary.Fingerprint;

    /// <summary>SHA-256 of the rank file from which the vocabulary was made.</summary>
    public ReadOnlySpan<byte> RankFileSha256 => _vocabulary.RankFileSha256;

    // Made when it is first needed; if two threads make it, either is as good.
    private SpecialTokenFinder SpecialFinder =>
        _specialFinder ??= new SpecialTokenFinder(_specials);

    /// <summary>A tokenizer with the same ranks and other special tokens. It shares this one's vocabulary and what
    /// threads remember of it, so that it costs little; make it once and share it.</summary>
    /// <param name="specialTokens">All of its special tokens, in any order. An id may have several names: each is
    /// encoded to it, and it decodes to the first of them.</param>
    /// <exception cref="VocabularyException">A name is empty, longer than 256 bytes, no Unicode text or given twice,
    /// or an id is negative, a ranked token's or <see cref="int.MaxValue"/>.</exception>
    public BpeTokenizer WithSpecialTokens(IEnumerable<SpecialToken> specialTokens)
    {
        ArgumentNullException.ThrowIfNull(specialTokens);
        byte[] section = SpecialTokenSection.Build(
            specialTokens.Select(static token => KeyValuePair.Create(token.Name, token.Id)), RankedTokenCount);
        return new BpeTokenizer(_vocabulary, SpecialTokenTable.Create(section));
    }

    /// <summary>Whether an id is a special token's.</summary>
    /// <param name="id">Any number.</param>
    public bool IsSpecial(int id) => _specials.IndexOf(id) >= 0;

    /// <summary>The id of the token, ranked or special, that consists of exactly these bytes.</summary>
    /// <param name="utf8">The token's bytes; they need not be whole characters.</param>
    /// <param name="id">The id, or 0.</param>
    /// <returns>Whether there is such a token. Does not allocate.</returns>
    public bool TryGetId(ReadOnlySpan<byte> utf8, out int id)
    {
        // The tables are pointers, which keep nothing alive (FrozenMemory).
        int ranked = utf8.IsEmpty ? -1 : _vocabulary.Pieces.Find(utf8);
        GC.KeepAlive(_vocabulary);
        if (ranked < 0)
        {
            return _specials.TryGetId(utf8, out id);
        }

        id = ranked;
        return true;
    }

    /// <summary>The bytes of a token: a view of the vocabulary's memory, which the span keeps
    /// alive.</summary>
    /// <param name="id">A ranked or special token's id.</param>
    /// <exception cref="UnknownTokenException">No token has this id.</exception>
    public ReadOnlySpan<byte> GetTokenBytes(int id) =>
        TryGetTokenBytes(id, out ReadOnlySpan<byte> utf8)
            ? utf8
            : throw new UnknownTokenException(id, index: 0);

    /// <summary>The bytes of a token: a view of the vocabulary's memory, which the span keeps
    /// alive.</summary>
    /// <param name="id">Any number.</param>
    /// <param name="utf8">The bytes; for a special token its name.</param>
    /// <returns>Whether a token has this id. Does not allocate.</returns>
    public bool TryGetTokenBytes(int id, out ReadOnlySpan<byte> utf8)
    {
        if ((uint)id < (uint)_vocabulary.Tokens.Count)
        {
            utf8 = _vocabulary.Tokens.BytesOf(id);
            return true;
        }

        int special = _specials.IndexOf(id);
        utf8 = special < 0 ? default : _specials.NameAt(special);
        return special >= 0;
    }

    /// <summary>Reads the whole vocabulary and compares it with its fingerprint. Opening an embedded
    /// vocabulary checks its header only, since it is as trustworthy as the code beside it; this checks the
    /// rest.</summary>
    /// <exception cref="VocabularyException">The vocabulary is damaged.</exception>
    public void VerifyVocabulary() => _vocabulary.Verify();

    // The static tokenizers, apart from the class and each other: what is first touched opens itself alone.
    private static class EmbeddedO200kHarmony
    {
        public static readonly BpeTokenizer Tokenizer =
            new(FrozenVocabulary.Embedded, FrozenVocabulary.Embedded.OpenSpecialTokens(O200kHarmonySet));
    }

    private static class EmbeddedO200kBase
    {
        public static readonly BpeTokenizer Tokenizer =
            new(FrozenVocabulary.Embedded, FrozenVocabulary.Embedded.OpenSpecialTokens(O200kBaseSet));
    }
}
