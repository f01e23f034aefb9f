using Harmony.Tests;
using Microsoft.CodeAnalysis;

namespace Harmony.House.Tests;

/// <summary>The public API changes only together with its file, src/NAME/PublicApi.txt.</summary>
public sealed class PublicApiTests
{
    private const string UpdateVariable = "HARMONY_UPDATE_PUBLIC_API";

    /// <summary>The packable libraries. One that is missing here fails the test below.</summary>
    private static readonly string[] Libraries = ["Harmony.Bpe", "Harmony.Core"];

    public static IEnumerable<TheoryDataRow<string>> Names =>
        Libraries.Select(static name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void PublicApi_OfTheBuiltAssembly_IsAsTheFileSays(string name)
    {
        if (name == "Harmony.Core")
        {
            return; // has the analyzer
        }

        string path = RepositoryFiles.PathOf($"src/{name}/PublicApi.txt");
        string actual = PublicApiListing.Of(Compilations.Built(name));
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, actual);
        }

        string expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (expected != actual)
        {
            Assert.Fail(
                $"The public API of {name} is not the one in src/{name}/PublicApi.txt:\n{Difference(expected, actual)}\n"
                + "If that is meant, say so in CHANGELOG.md and update the file:\n"
                + $"{UpdateVariable}=1 dotnet test tests/Harmony.House.Tests -c Release --filter PublicApi");
        }
    }

    [Fact]
    public void PublicApi_OfEveryPackableLibrary_IsCompared()
    {
        IEnumerable<string> packable = SourceTree.Files("src", ".csproj")
            .Where(static file =>
            {
                string project = File.ReadAllText(RepositoryFiles.PathOf(file));
                return project.Contains("<IsPackable>true", StringComparison.Ordinal)
                    && !project.Contains("<PackAsTool>true", StringComparison.Ordinal);
            })
            .Select(static file => Path.GetFileNameWithoutExtension(file));

        Assert.All(packable, static name => Assert.Contains(name, Libraries));
    }

    [Fact]
    public void PublicApi_OfBpe_ListsWhatItHas()
    {
        string listing = PublicApiListing.Of(Compilations.Built("Harmony.Bpe"));

        Assert.Contains("public sealed class Harmony.Bpe.BpeTokenizer", listing, StringComparison.Ordinal);
        Assert.Contains(
            "    int Count(ReadOnlySpan<char> text, EncodeOptions? options = null, ", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("FrozenVocabulary", listing, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void PublicApi_EveryType_HasDocumentation(string name)
    {
        string xml = File.ReadAllText(Path.ChangeExtension(
            Compilations.References.Single(r => Path.GetFileNameWithoutExtension(r.Display) == name).Display!, ".xml"));

        Assert.All(
            PublicApiListing.TypesOf(Compilations.Built(name)),
            type => Assert.Contains($"\"{type.GetDocumentationCommentId()}\"", xml, StringComparison.Ordinal));
    }

    private static string Difference(string expected, string actual)
    {
        string[] before = expected.Split('\n');
        string[] after = actual.Split('\n');
        return string.Join('\n', [.. before.Except(after).Select(static line => "- " + line), .. after.Except(before).Select(static line => "+ " + line)]);
    }
}
