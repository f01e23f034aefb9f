using Harmony.Bpe.Specials;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe;

/// <summary>
/// A byte-pair tokenizer with the o200k splitting pattern: turns text into token ids and back, with exactly
/// the ids of tiktoken.
/// </summary>
/// <remarks>
/// Immutable and thread-safe; threads wait for one another only for a moment, when the cache of one has grown
/// or shrinks. <see cref="O200kHarmony"/> and <see cref="O200kBase"/> are ready to use: their vocabulary is
/// mapped from the assembly, and nothing is parsed, downloaded or built at start.
/// <para>Text is UTF-16 (<c>text</c>; lone surrogates become U+FFFD) or UTF-8 (<c>utf8</c>; malformed bytes
/// are kept). Lengths and indexes are in the same units: chars of UTF-16, bytes of UTF-8.</para>
/// </remarks>
/// <example><code>
/// BpeTokenizer tokenizer = BpeTokenizer.O200kHarmony;
/// int[] ids = tokenizer.Encode("Hello, wörld!");
/// string text = tokenizer.Decode(ids);
/// int count = tokenizer.Count("How many tokens?");
/// </code></example>
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

    /// <summary>The tokenizer of gpt-oss and the Harmony format: o200k_base's ranks with 1,091 special
    /// tokens, those of openai-harmony.</summary>
    /// <remarks>The id 200018 is <c>&lt;|reserved_200018|&gt;</c>, as in openai-harmony. tiktoken and the
    /// tokenizer files of gpt-oss name it <c>&lt;|endofprompt|&gt;</c>; add that name with
    /// <see cref="WithSpecialTokens"/>.</remarks>
    public static BpeTokenizer O200kHarmony => EmbeddedO200kHarmony.Tokenizer;

    /// <summary>The tokenizer of GPT-4o and its successors, with the special tokens
    /// <c>&lt;|endoftext|&gt;</c> and <c>&lt;|endofprompt|&gt;</c>.</summary>
    public static BpeTokenizer O200kBase => EmbeddedO200kBase.Tokenizer;

    /// <summary>One more than the largest id: 201,089 for <see cref="O200kHarmony"/>.</summary>
    public int VocabularySize => Math.Max(_vocabulary.Tokens.Count, _specials.EndId);

    /// <summary>The number of ranked tokens; their ids are 0 to RankedTokenCount − 1.</summary>
    public int RankedTokenCount => _vocabulary.Tokens.Count;

    /// <summary>The length of the longest ranked token, in bytes.</summary>
    public int MaxTokenLength => _vocabulary.Tokens.MaxLength;

    /// <summary>The special tokens.</summary>
    public SpecialTokens SpecialTokens =>
        _specialTokens ?? Interlocked.CompareExchange(ref _specialTokens, new SpecialTokens(_specials), null)
        ?? _specialTokens;

    /// <summary>The id of <c>&lt;|endoftext|&gt;</c>, or null if the tokenizer has no such token.</summary>
    public int? EndOfTextId => _specials.TryGetId("<|endoftext|>"u8, out int id) ? id : null;

    /// <summary>XxHash3 of the frozen vocabulary: its ranks, Unicode classes and own special tokens.
    /// Tokenizers that share a vocabulary have the same fingerprint, whatever their special tokens.</summary>
    internal ulong Fingerprint => _vocabulary.Fingerprint;

    /// <summary>The SHA-256 of the rank file that the vocabulary was made from.</summary>
    public ReadOnlySpan<byte> RankFileSha256 => _vocabulary.RankFileSha256;

    // Made when it is first needed. If two threads make one, either will do.
    private SpecialTokenFinder SpecialFinder =>
        _specialFinder ??= new SpecialTokenFinder(_specials);

    /// <summary>Makes a tokenizer with the same ranks and other special tokens. It shares the vocabulary and
    /// its caches, so it costs little; make it once and share it.</summary>
    /// <param name="specialTokens">All of its special tokens, in any order. An id may have several names: all
    /// are encoded to it, and it decodes to the first.</param>
    /// <exception cref="VocabularyException">A name is empty, longer than 256 bytes, not valid Unicode or
    /// given twice; or an id is negative, a ranked token's or <see cref="int.MaxValue"/>.</exception>
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

    /// <summary>Gets the id of the token, ranked or special, that has exactly these bytes.</summary>
    /// <param name="utf8">The bytes; they need not be whole characters.</param>
    /// <param name="id">The id; 0 if there is no such token.</param>
    /// <returns>Whether there is such a token. Does not allocate.</returns>
    public bool TryGetId(ReadOnlySpan<byte> utf8, out int id)
    {
        // The table is a pointer, which keeps nothing alive (FrozenMemory).
        int ranked = utf8.IsEmpty ? -1 : _vocabulary.Pieces.Find(utf8);
        GC.KeepAlive(_vocabulary);
        if (ranked < 0)
        {
            return _specials.TryGetId(utf8, out id);
        }

        id = ranked;
        return true;
    }

    /// <summary>Gets the bytes of a token. The span is a view of the vocabulary's memory and keeps it
    /// alive.</summary>
    /// <param name="id">A ranked or special token's id.</param>
    /// <exception cref="UnknownTokenException">No token has this id.</exception>
    public ReadOnlySpan<byte> GetTokenBytes(int id) =>
        TryGetTokenBytes(id, out ReadOnlySpan<byte> utf8)
            ? utf8
            : throw new UnknownTokenException(id, index: 0);

    /// <summary>Gets the bytes of a token. The span is a view of the vocabulary's memory and keeps it
    /// alive.</summary>
    /// <param name="id">Any number.</param>
    /// <param name="utf8">The bytes; for a special token its name.</param>
    /// <returns>Whether there is such a token. Does not allocate.</returns>
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

    /// <summary>Reads the whole vocabulary and compares it with its checksum. Opening an embedded vocabulary
    /// only checks its header, since it is as trustworthy as the code beside it; this checks the
    /// rest.</summary>
    /// <exception cref="VocabularyException">The vocabulary is damaged.</exception>
    public void VerifyVocabulary() => _vocabulary.Verify();

    // The static tokenizers are in classes of their own, so that using one does not open the other.
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
