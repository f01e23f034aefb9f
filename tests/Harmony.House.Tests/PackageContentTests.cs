using System.Diagnostics;
using System.IO.Compression;
using Harmony.Tests;

namespace Harmony.House.Tests;

/// <summary>Packages hold assemblies, documentation and notices: nothing that would run when they are installed or
/// when something is built with them.</summary>
public sealed class PackageContentTests
{
    private static readonly string[] Always =
        ["[Content_Types].xml", "_rels/.rels", "README.md", "NOTICE"];

    [Theory]
    [InlineData("Harmony.Bpe")]
    [InlineData("Harmony.Core")]
    public void Library_Package_HoldsItsAssemblyAndItsDocumentation(string project)
    {
        string[] expected =
            [.. Always, $"{project}.nuspec", $"lib/net10.0/{project}.dll", $"lib/net10.0/{project}.xml"];

        Assert.Equal(expected.Order(StringComparer.Ordinal), Pack(project));
    }

    [Fact]
    public void Tool_Package_HoldsAssembliesAndSettings()
    {
        string[] allowed = [".dll", ".xml", ".json", ".md", ".nuspec", ".rels", ".pdb"];

        Assert.All(
            Pack("Harmony.Cli"), file => Assert.True(
                Array.Exists(allowed, ending => file.EndsWith(ending, StringComparison.Ordinal))
                    || Path.GetFileName(file) is "NOTICE" or "LICENSE",
                $"{file} has no place in the package"));
    }

    /// <summary>Packs a project that was built, and lists what is in the package; without the package's own
    /// metadata, whose name is random.</summary>
    private static string[] Pack(string project)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string configuration = AppContext.BaseDirectory.Contains("debug", StringComparison.Ordinal) ? "Debug" : "Release";
            Run(
                "dotnet",
                ["pack", RepositoryFiles.PathOf($"src/{project}"), "-c", configuration, "--no-build", "--nologo", "-o", folder]);
            using ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder, "*.nupkg")));
            return
            [
                .. package.Entries.Select(static entry => entry.FullName)
                    .Where(static name => !name.EndsWith(".psmdcp", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
