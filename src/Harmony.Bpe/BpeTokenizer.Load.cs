using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>Loads a rank file in tiktoken's format. The tokenizer has the o200k splitting
    /// pattern.</summary>
    /// <param name="path">The file.</param>
    /// <param name="specialTokens">Names and ids of the special tokens; none if null. The ids must not be
    /// those of ranked tokens. An id with several names decodes to the first.</param>
    /// <param name="expectedSha256">The file's SHA-256, 32 bytes; empty to accept any.</param>
    /// <returns>A tokenizer. Loading is slow, so load a file once and share the tokenizer. The vocabulary is
    /// collected when the tokenizer, its <see cref="SpecialTokens"/> and all spans of its bytes are
    /// unreachable.</returns>
    /// <exception cref="ArgumentException">The expected hash has neither 0 nor 32 bytes.</exception>
    /// <exception cref="VocabularyException">The file is damaged, incomplete or not the expected one; the
    /// message names the line. Or its ranks are, or begin with, those of gpt2, r50k_base, p50k_base or
    /// cl100k_base: these need other splitting patterns, so the ids would be wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static BpeTokenizer LoadRankFile(
        string path,
        IReadOnlyDictionary<string, int>? specialTokens = null,
        ReadOnlySpan<byte> expectedSha256 = default) =>
        FromRankFile(File.ReadAllBytes(path), specialTokens, expectedSha256);

    /// <summary>Loads a rank file from a stream, which is read to its end.</summary>
    /// <inheritdoc cref="LoadRankFile(string, IReadOnlyDictionary{string, int}?, ReadOnlySpan{byte})"/>
    public static BpeTokenizer LoadRankFile(
        Stream stream,
        IReadOnlyDictionary<string, int>? specialTokens = null,
        ReadOnlySpan<byte> expectedSha256 = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var file = new MemoryStream();
        stream.CopyTo(file);
        return FromRankFile(file.GetBuffer().AsSpan(0, (int)file.Length), specialTokens, expectedSha256);
    }

    private static BpeTokenizer FromRankFile(
        ReadOnlySpan<byte> file,
        IReadOnlyDictionary<string, int>? specialTokens,
        ReadOnlySpan<byte> expectedSha256)
    {
        RankFile ranks = RankFile.Parse(file, expectedSha256);
        byte[] classes = FrozenVocabulary.Embedded.CharacterClassSection.ToArray();
        byte[] frozen = FrozenVocabularyWriter.Freeze(
            ranks, classes, commonPieces: [], specialTokens ?? new Dictionary<string, int>());
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(frozen);
        return new BpeTokenizer(vocabulary, vocabulary.OpenSpecialTokens(set: 0));
    }
}
