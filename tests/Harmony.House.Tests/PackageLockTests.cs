using System.Text.Json;
using System.Xml.Linq;
using Harmony.Tests;

namespace Harmony.House.Tests;

/// <summary>Package versions are pinned once, and each project's lock file has their hashes.</summary>
public sealed class PackageLockTests
{
    private const int Sha512Length = 64;

    private static readonly Dictionary<string, string> Pinned = XDocument
        .Load(RepositoryFiles.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
        .ToDictionary(
            static element => (string)element.Attribute("Include")!,
            static element => (string)element.Attribute("Version")!);

    public static IEnumerable<TheoryDataRow<string>> Projects =>
        new[] { "src", "samples", "tests", "benchmarks", "vocab" }
            .SelectMany(static folder => SourceTree.Files(folder, ".csproj"))
            .Select(static file => new TheoryDataRow<string>(file));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Packages_AreLockedByHash(string project)
    {
        string file = RepositoryFiles.PathOf(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"));
        Assert.True(File.Exists(file), $"{project} has no packages.lock.json; restore it and commit that.");
        using JsonDocument locked = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (JsonProperty package in Packages(locked))
        {
            string hash = package.Value.GetProperty("contentHash").GetString()!;
            Assert.Equal(Sha512Length, Convert.FromBase64String(hash).Length);
            if (package.Value.GetProperty("type").GetString() == "Direct"
                && Pinned.TryGetValue(package.Name, out string? version))
            {
                Assert.Equal(version, package.Value.GetProperty("resolved").GetString());
            }
        }
    }

    [Fact]
    public void Packages_OfAllProjects_HaveOneHashEach()
    {
        var hashes = new Dictionary<string, string?>();
        foreach (string file in SourceTree.Files(".", ".lock.json"))
        {
            using JsonDocument locked = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.PathOf(file)));
            foreach (JsonProperty package in Packages(locked))
            {
                string name = $"{package.Name} {package.Value.GetProperty("resolved").GetString()}";
                string? hash = package.Value.GetProperty("contentHash").GetString();
                Assert.Equal(hashes.GetValueOrDefault(name, hash), hash);
                hashes[name] = hash;
            }
        }

        Assert.NotEmpty(hashes);
    }

    private static IEnumerable<JsonProperty> Packages(JsonDocument locked) =>
        locked.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(static framework => framework.Value.EnumerateObject())
            .Where(static package => package.Value.GetProperty("type").GetString() != "Project");
}
