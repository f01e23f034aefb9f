using System.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Vocab.Builder;

/// <summary>Makes vocab/common-pieces.txt from the packages that vocab/common-pieces.sources names.</summary>
internal static class CommonPieceList
{
    private const string SourcesName = "common-pieces.sources";

    /// <summary>More than the table of short tokens has room for: the later ones fill what chance leaves
    /// free.</summary>
    private const int Count = 120_000;

    /// <summary>Writes the file.</summary>
    /// <param name="texts">Has a folder for each package.</param>
    /// <param name="directory">Where the sources and the file are.</param>
    public static void Generate(string texts, string directory)
    {
        byte[] rankFile = File.ReadAllBytes(Path.Combine(directory, VocabularyBuild.RankFileName));
        IReadOnlyList<byte[]> tokens = RankFile.Parse(rankFile, expectedSha256: default).Tokens;
        var idOf = TokenIndex.Create(tokens);
        var counter = new CommonPieceCounter(idOf);
        (string Package, string Group)[] sources =
        [
            .. File.ReadLines(Path.Combine(directory, SourcesName))
                .Where(static line => !line.StartsWith('#'))
                .Select(static line => line.Split(' '))
                .Select(static fields => (fields[0], fields[2])),
        ];
        foreach ((string package, string group) in sources)
        {
            counter.Add(
                PackageTexts.Read(Path.Combine(texts, package)),
                1 / Math.Sqrt(sources.Count(source => source.Group == group)));
        }

        string[] header =
        [
            $"The {Count} most common pieces of the texts in {SourcesName} that are no tokens and that",
            "the table of short tokens can hold; the most common first. What cannot be seen is \\uXXXX.",
            "Written by: vocab/common-pieces.sh FOLDER",
        ];
        CommonPieceFile.Write(directory, header, counter.MostCommon().Where(HasEntry).Take(Count));

        bool HasEntry(string piece)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(piece);
            return ShortEntry.Fits(utf8.Length, CommonPieces.Merge(utf8, idOf).Length);
        }
    }
}
