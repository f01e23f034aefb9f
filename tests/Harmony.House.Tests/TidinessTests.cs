using System.Text.RegularExpressions;
using System.Xml.Linq;
using Harmony.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Harmony.House.Tests;

/// <summary>What keeps the house easy to live in.</summary>
public sealed partial class TidinessTests
{
    private const int MaxFileLength = 450;

    private static readonly string[] TextEndings =
    [
        ".cs", ".csproj", ".props", ".targets", ".sln", ".md", ".json", ".nuspec", ".yml", ".sh", ".editorconfig", ".gitignore",
        ".gitattributes", ".mjs", ".lock", "run",
    ];

    /// <summary>Folders whose texts are others' words, or records.</summary>
    private static readonly string[] Quoted = ["tests/Golden/", "tests/Corpora/", "benchmarks/results/"];

    [GeneratedRegex("""(?<![\w.*])(/(home|root|Users|work|tmp|private)/\w|[A-Z]:\\(Users|src|work)\\)""")]
    private static partial Regex MachinePath { get; }

    [Fact]
    public void SourceFiles_Length_IsWithinTheLimit()
    {
        string[] tooLong = [.. SourceTree.Files(".", ".cs").Where(static file => Lines(file) > MaxFileLength)
            .Select(static file => $"{file}: {Lines(file)} lines")];

        Assert.Empty(tooLong);
    }

    [Fact]
    public void TextFiles_PathsOfAMachine_AreNotInThem()
    {
        string[] files = [.. SourceTree.Files(".", TextEndings)
            .Where(static file => !Array.Exists(Quoted, folder => file.StartsWith(folder, StringComparison.Ordinal)))];
        Assert.True(files.Length > 100);

        Assert.Empty(files.SelectMany(static file => MachinePath.Matches(
            File.ReadAllText(RepositoryFiles.PathOf(file)))
            .Select(match => $"{file}: {match.Value}")));
    }

    [Theory]
    [InlineData("at /ho" + "me/someone/x", true)]
    [InlineData("C:\\Us" + "ers\\someone", true)]
    [InlineData("docs/home/x and https://example.com/home/x", false)]
    [InlineData("<root/>", false)]
    public void MachinePath_OfAText_IsFound(string text, bool found) =>
        Assert.Equal(found, MachinePath.IsMatch(text));

    [Fact]
    public void Solution_Projects_AreAllProjectsOfTheTree()
    {
        string solution = File.ReadAllText(RepositoryFiles.PathOf("Harmony.sln")).Replace('\\', '/');

        Assert.All(
            SourceTree.Files(".", ".csproj").Where(
                static file => !file.StartsWith("samples/", StringComparison.Ordinal)),
            file => Assert.Contains($"\"{file}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Projects_PackageVersions_AreCentral() => Assert.All(
        SourceTree.Files(".", ".csproj", ".props").Where(static file => file != "Directory.Packages.props"),
        static file => Assert.All(
            XDocument.Load(RepositoryFiles.PathOf(file)).Descendants("PackageReference"),
            static reference => Assert.Null(reference.Attribute("Version"))));

    [Fact]
    public void Tests_Names_AreMethodConditionResult()
    {
        string[] wrong = [.. SourceTree.Files("tests", ".cs").SelectMany(static file =>
            Compilations.Parse(file).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
                .Where(IsTest)
                .Select(static method => method.Identifier.Text)
                .Where(static name => name.Count(static c => c == '_') != 2)
                .Select(name => $"{file}: {name}"))];

        Assert.Empty(wrong);
    }

    private static bool IsTest(MethodDeclarationSyntax method) => method.AttributeLists
        .SelectMany(static list => list.Attributes)
        .Any(static attribute => attribute.Name.ToString() is "Fact" or "Theory");

    private static int Lines(string file) => File.ReadLines(RepositoryFiles.PathOf(file)).Count();
}
