using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Harmony.Bpe;

namespace Harmony.Vocab.Builder;

/// <summary>
/// vocab/vocabulary.lock: what the sources and the frozen vocabulary must be, so that neither changes
/// unnoticed.
/// </summary>
internal sealed class VocabularyLock
{
    private const string Name = "vocabulary.lock";

    private readonly string[] _lines;

    private VocabularyLock(string[] lines) => _lines = lines;

    public static VocabularyLock Of(VocabularyBuild build)
    {
        string unreachable = build.Unreachable.Count == 0 ? "none" : string.Join(' ', build.Unreachable);
        return new VocabularyLock(
        [
            "# Written by: dotnet run --project vocab/Harmony.Vocab.Builder -- lock vocab",
            $"unicode {UnicodeClassFile.UnicodeVersion}",
            .. build.Sources.Select(source => $"{source.Name} sha256:{Sha256(source.Bytes)}"),
            string.Create(CultureInfo.InvariantCulture, $"tokens {build.TokenCount}"),
            $"unreachable-by-merging {unreachable}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"common-pieces {build.SeatedCommonPieceCount} of {build.CommonPieceCount}"),
            $"frozen sha256:{Sha256(build.Frozen)}",
        ]);
    }

    public static VocabularyLock Read(string directory) =>
        new(File.ReadAllLines(Path.Combine(directory, Name)));

    public void Write(string directory)
    {
        var text = new StringBuilder();
        foreach (string line in _lines)
        {
            text.Append(line).Append('\n');
        }

        File.WriteAllText(Path.Combine(directory, Name), text.ToString());
    }

    /// <summary>Compares a build with the lock.</summary>
    /// <exception cref="VocabularyException">They differ; the message shows the first line that
    /// does.</exception>
    public void Check(VocabularyBuild build)
    {
        string[] actual = Of(build)._lines;
        for (int i = 0; i < Math.Max(actual.Length, _lines.Length); i++)
        {
            string expected = _lines.ElementAtOrDefault(i) ?? "(nothing)";
            string found = actual.ElementAtOrDefault(i) ?? "(nothing)";
            if (expected != found)
            {
                throw new VocabularyException(
                    $"{Name}, line {i + 1}: locked is '{expected}', built was '{found}'. If a source was "
                    + "changed on purpose, run: "
                    + "dotnet run --project vocab/Harmony.Vocab.Builder -- lock vocab", i + 1);
            }
        }
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
