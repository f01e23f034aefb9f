using System.Globalization;
using Harmony.Bpe;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Vocab.Builder;

/// <summary>One run from the sources in vocab/ to a frozen vocabulary. The lock holds its hash;
/// Harmony.Bpe.Tests compares what it says with the sources.</summary>
internal sealed class VocabularyBuild
{
    public const string RankFileName = "o200k_base.tiktoken";

    /// <summary>The sets of special tokens, in the order of their sections.</summary>
    private static readonly string[] SpecialTokenFileNames =
        ["o200k_base.special_tokens", "o200k_harmony.special_tokens"];

    private VocabularyBuild(byte[] frozen, RankFile ranks, IReadOnlyList<byte[]> commonPieces, string directory)
    {
        Frozen = frozen;
        TokenCount = ranks.Tokens.Count;
        Unreachable = FindUnreachable(frozen, ranks);
        CommonPieceCount = commonPieces.Count;
        SeatedCommonPieceCount = CommonPieceProof.CountSeated(frozen, commonPieces);
        Sources = [.. SourceNames.Select(name => (name, File.ReadAllBytes(Path.Combine(directory, name))))];
    }

    /// <summary>The files from which the vocabulary is made.</summary>
    public static IEnumerable<string> SourceNames =>
        [RankFileName, .. SpecialTokenFileNames, UnicodeClassFile.Name, CommonPieceFile.Name];

    /// <summary>The frozen vocabulary.</summary>
    public byte[] Frozen { get; }

    /// <summary>How many ranked tokens there are.</summary>
    public int TokenCount { get; }

    /// <summary>The tokens that merging cannot form: they only come from a piece that is the token.</summary>
    public IReadOnlyList<int> Unreachable { get; }

    /// <summary>How many common pieces are listed.</summary>
    public int CommonPieceCount { get; }

    /// <summary>How many of them the vocabulary has.</summary>
    public int SeatedCommonPieceCount { get; }

    /// <summary>The sources' names and bytes.</summary>
    public IReadOnlyList<(string Name, byte[] Bytes)> Sources { get; }

    /// <summary>Reads the sources and freezes them.</summary>
    public static VocabularyBuild Run(string directory)
    {
        byte[] rankFile = File.ReadAllBytes(Path.Combine(directory, RankFileName));
        RankFile ranks = RankFile.Parse(rankFile, expectedSha256: default);
        CharacterClass[] classes = UnicodeClassFile.Read(directory);
        Dictionary<string, int>[] specials =
            [.. SpecialTokenFileNames.Select(name => ReadSpecialTokens(directory, name))];
        List<byte[]> commonPieces = CommonPieceFile.Read(directory);
        byte[] frozen = FrozenVocabularyWriter.Freeze(
            ranks, CharacterClassSection.Build(classes), commonPieces, specials);
        return new VocabularyBuild(frozen, ranks, commonPieces, directory);
    }

    private static List<int> FindUnreachable(byte[] frozen, RankFile ranks)
    {
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(frozen);
        var unreachable = new List<int>();
        for (int id = 0; id < ranks.Tokens.Count; id++)
        {
            if (ranks.Tokens[id].Length > 1 && !vocabulary.Merges.TryGetSplit(id, out _, out _))
            {
                unreachable.Add(id);
            }
        }

        // The tables are pointers, which keep nothing alive.
        GC.KeepAlive(vocabulary);
        return unreachable;
    }

    private static Dictionary<string, int> ReadSpecialTokens(string directory, string name)
    {
        var tokens = new Dictionary<string, int>();
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(directory, name)))
        {
            number++;
            int space = line.LastIndexOf(' ');
            if (space <= 0
                || !int.TryParse(
                    line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                throw new VocabularyException(
                    $"{name}, line {number}: expected NAME ID, found '{line}'.", number);
            }

            if (!tokens.TryAdd(line[..space], id))
            {
                throw new VocabularyException(
                    $"{name}, line {number}: {line[..space]} was already given.", number);
            }
        }

        return tokens;
    }
}
