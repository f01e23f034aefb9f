using System.Security.Cryptography;
using System.Xml.Linq;
using Harmony.Tests;

namespace Harmony.Package.Tests.Support;

/// <summary>The libraries' packages, as they were built here, in a folder that serves as a feed, with projects
/// beside it that see nothing of the checkout.</summary>
public sealed class PackageFeed : IDisposable
{
    private static readonly string[] Libraries =
        ["Harmony.Bpe", "Harmony.Core", "Harmony.Engines", "Harmony.Extensions.AI", "Harmony.OpenAI"];

    private readonly string _folder = Directory.CreateTempSubdirectory("harmony-packages-").FullName;
    private readonly string _feed;

    public PackageFeed()
    {
        _feed = Path.Combine(_folder, "feed");
        string configuration =
            AppContext.BaseDirectory.Contains("debug", StringComparison.Ordinal) ? "Debug" : "Release";
        foreach (string library in Libraries)
        {
            Forget(library);

            // A nuspec of its own, since others may pack the same project at the same time.
            (int exitCode, string output) = Command.Run(Command.Of(
                RepositoryFiles.Root, Command.Dotnet, "pack", $"src/{library}", "-c", configuration, "--no-build",
                "-o", _feed, $"-p:NuspecOutputPath={Path.Combine(_folder, "nuspec", library)}"));
            Assert.True(exitCode == 0, output);
        }

        Version = (string)XDocument.Load(RepositoryFiles.PathOf("Directory.Build.props"))
            .Descendants("Version").Single();
        WriteConfiguration();
    }

    /// <summary>The packages' version.</summary>
    public string Version { get; }

    // Kept between runs, without our packages: runtimes and compilers are hundreds of megabytes.
    private static string Installed { get; } = RepositoryFiles.PathOf("artifacts/package-tests");

    /// <summary>Makes the folder of a project.</summary>
    public string CreateFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>Fails if a project that references a library was given other packages than those that were packed
    /// here. Nothing was installed before it but what other projects of this feed were given.</summary>
    public void AssertWasUsed(string referenced)
    {
        foreach (string library in Libraries.Where(
            one => one == referenced || Directory.Exists(InstalledFolder($"GptOss.{one}"))))
        {
            string id = $"GptOss.{library}";
            string name = $"{id}.{Version}.nupkg";
            Assert.Equal(
                Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(Path.Combine(_feed, name)))),
                File.ReadAllText(Path.Combine(InstalledFolder(id), Version, $"{Lower(name)}.sha512")));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string InstalledFolder(string id) => Path.Combine(Installed, Lower(id));

    private static void Forget(string library)
    {
        string folder = InstalledFolder($"GptOss.{library}");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // NuGet's folders are in lower case.
    private static string Lower(string text) =>
#pragma warning disable CA1308
        text.ToLowerInvariant();
#pragma warning restore CA1308

    private void WriteConfiguration()
    {
        new XElement(
            "configuration",
            Section("config", "globalPackagesFolder", Installed),
            Section("packageSources", "packed", _feed)).Save(Path.Combine(_folder, "nuget.config"));

        // Whatever lies above the temporary folder stays out of the projects.
        foreach (string file in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            new XElement("Project").Save(Path.Combine(_folder, file));
        }
    }

    private static XElement Section(string name, string key, string value) =>
        new(name, new XElement("add", new XAttribute("key", key), new XAttribute("value", value)));
}
