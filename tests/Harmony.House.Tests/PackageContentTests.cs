using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Harmony.Tests;
using Microsoft.CodeAnalysis;

namespace Harmony.House.Tests;

/// <summary>Packages hold assemblies, documentation and notices: nothing that would run when they are installed or
/// when something is built with them.</summary>
public sealed class PackageContentTests : IDisposable
{
    private static readonly string[] Always =
        ["[Content_Types].xml", "_rels/.rels", "README.md", "NOTICE", "icon.png"];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Harmony.Bpe")]
    [InlineData("Harmony.Core")]
    [InlineData("Harmony.Engines")]
    [InlineData("Harmony.Extensions.AI")]
    [InlineData("Harmony.OpenAI")]
    public void Library_Package_HoldsItsAssemblyAndWhatDescribesIt(string project)
    {
        string[] expected =
            [.. Always, $"GptOss.{project}.nuspec", $"lib/net10.0/{project}.dll", $"lib/net10.0/{project}.xml"];

        using ZipArchive package = Pack(project);

        Assert.Equal(expected.Order(StringComparer.Ordinal), FilesOf(package));
        Assert.Single(Directory.GetFiles(_folder, "*.snupkg"));
        AssertDescribes(package, project);
        AssertDocumentsPublicMembersAlone(package, project);
    }

    [Fact]
    public void Tool_Package_HoldsAssembliesAndSettings()
    {
        string[] allowed = [".dll", ".xml", ".json", ".md", ".nuspec", ".rels", ".pdb"];

        using ZipArchive package = Pack("Harmony.Cli");

        Assert.All(
            FilesOf(package), file => Assert.True(
                Array.Exists(allowed, ending => file.EndsWith(ending, StringComparison.Ordinal))
                    || Path.GetFileName(file) is "NOTICE" or "LICENSE" or "icon.png",
                $"{file} has no place in the package"));
        AssertDescribes(package, "Harmony.Cli");
    }

    private static void AssertDescribes(ZipArchive package, string project)
    {
        XElement metadata = Read(package, $"GptOss.{project}.nuspec").Root!.Elements().First();
        string? Value(string name) =>
            metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

        Assert.Equal($"GptOss.{project}", Value("id"));
        Assert.Equal(("MIT", "README.md", "icon.png"), (Value("license"), Value("readme"), Value("icon")));
        Assert.All(["version", "authors", "description", "tags", "copyright"], name => Assert.False(
            string.IsNullOrWhiteSpace(Value(name)), name));
    }

    private static void AssertDocumentsPublicMembersAlone(ZipArchive package, string project)
    {
        IAssemblySymbol assembly = Compilations.Built(project);
        string[] documented = [.. Read(package, $"lib/net10.0/{project}.xml").Descendants("member")
            .Select(static member => (string)member.Attribute("name")!)];
        string[] visible = [.. PublicMembersOf(assembly.GlobalNamespace)
            .Select(static member => member.GetDocumentationCommentId()!)];

        Assert.Empty(documented.Except(visible));
        Assert.Empty(visible.Where(static id => id.StartsWith("T:", StringComparison.Ordinal)).Except(documented));
    }

    private static IEnumerable<ISymbol> PublicMembersOf(INamespaceOrTypeSymbol container) =>
        container.GetMembers().Where(IsVisible).SelectMany(static member =>
            member is INamespaceOrTypeSymbol inner ? PublicMembersOf(inner).Prepend(inner) : [member])
            .Where(static member => member is not INamespaceSymbol);

    private static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility
        is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static XDocument Read(ZipArchive package, string file)
    {
        using Stream stream = package.GetEntry(file)!.Open();
        return XDocument.Load(stream);
    }

    /// <summary>The files of a package; without the package's own metadata, whose name is random.</summary>
    private static IEnumerable<string> FilesOf(ZipArchive package) =>
        package.Entries.Select(static entry => entry.FullName)
            .Where(static name => !name.EndsWith(".psmdcp", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>Packs a project that was built.</summary>
    private ZipArchive Pack(string project)
    {
        string configuration = AppContext.BaseDirectory.Contains("debug", StringComparison.Ordinal) ? "Debug" : "Release";
        Run(
            "dotnet",
            ["pack", RepositoryFiles.PathOf($"src/{project}"), "-c", configuration, "--no-build", "--nologo", "-o", _folder]);
        return ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_folder, "*.nupkg")));
    }

    private static void Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = RepositoryFiles.Root,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
    }
}
