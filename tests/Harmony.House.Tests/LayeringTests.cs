using System.Xml.Linq;
using Harmony.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Harmony.House.Tests;

/// <summary>Arrows point down only: between projects, and between the folders of a library.</summary>
public sealed class LayeringTests
{
    /// <summary>The projects in src and those that each may reference.</summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Harmony.Bpe"] = [],
        ["Harmony.Core"] = ["Harmony.Bpe"],
        ["Harmony.Engines"] = ["Harmony.Core", "Harmony.Bpe"],
        ["Harmony.Extensions.AI"] = ["Harmony.Engines", "Harmony.Core", "Harmony.Bpe"],
        ["Harmony.OpenAI"] = ["Harmony.Core", "Harmony.Bpe"],
        ["Harmony.Cli"] = ["Harmony.Core", "Harmony.Bpe"],
    };

    /// <summary>The packages that a library may need.</summary>
    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["Harmony.Bpe"] = ["CommunityToolkit.HighPerformance", "System.IO.Hashing", "Microsoft.CodeAnalysis.PublicApiAnalyzers"],
        ["Harmony.Core"] = ["CommunityToolkit.HighPerformance", "Microsoft.CodeAnalysis.PublicApiAnalyzers"],
        ["Harmony.Engines"] = ["Microsoft.CodeAnalysis.PublicApiAnalyzers"],
        ["Harmony.Extensions.AI"] =
        [
            "Microsoft.Extensions.AI.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions",
            "Microsoft.CodeAnalysis.PublicApiAnalyzers",
        ],
        ["Harmony.OpenAI"] = ["Microsoft.CodeAnalysis.PublicApiAnalyzers"],
    };

    /// <summary>The folders of each project and those whose types each may name. The project's root, where the public
    /// types are, is above all of them.</summary>
    private static readonly Dictionary<string, Dictionary<string, string[]>> Layers = new()
    {
        ["Harmony.Bpe"] = new()
        {
            ["Truncation"] = ["Engine", "Reference", "Calls", "Specials", "Vocabulary", "Text"],
            ["Engine"] = ["Batches", "Reference", "Calls", "Specials", "Kernels", "Machine", "Vocabulary"],
            ["Batches"] =
            [
                "Reference", "Calls", "Caching", "Merging", "Pretokenization", "Kernels", "Machine", "Vocabulary",
                "Text",
            ],
            ["Reference"] = ["Calls", "Merging/LongPieces", "Merging", "Pretokenization", "Vocabulary", "Text"],
            ["Calls"] = ["Specials", "Vocabulary"],
            ["Specials"] = ["Vocabulary", "Text"],
            ["Caching"] = ["Machine", "Vocabulary"],
            ["Merging/LongPieces"] = ["Merging", "Vocabulary"],
            ["Merging"] = ["Machine", "Vocabulary"],
            ["Pretokenization"] = ["Kernels", "Machine", "Vocabulary", "Text"],
            ["Kernels"] = ["Machine", "Vocabulary", "Text"],
            ["Machine"] = [],
            ["Vocabulary"] = [],
            ["Text"] = [],
        },
        ["Harmony.Core"] = new()
        {
            ["Serialization"] = ["Parsing", "Model", "Schemas", "Json", "Text"],
            ["Parsing"] = ["Model", "Text"],
            ["Rendering"] = ["Model", "Schemas", "Text"],
            ["Model"] = ["Schemas", "Json"],
            ["Schemas"] = ["Json", "Text"],
            ["Json"] = ["Text"],
            ["Text"] = [],
        },
        ["Harmony.Engines"] = new()
        {
            ["Turns"] = [],
            ["Http"] = [],
        },
        ["Harmony.OpenAI"] = new()
        {
            ["Mapping"] = ["Chat", "Responses", "Wire"],
            ["Chat"] = ["Wire"],
            ["Responses"] = ["Wire"],
            ["Wire"] = [],
        },
    };

    /// <summary>Types of the root that every folder may name, beside exceptions.</summary>
    private static readonly Dictionary<string, string[]> Shared = new()
    {
        ["Harmony.Bpe"] = ["EncodeOptions", "EncoderCache", "SpecialTextHandling"],
        ["Harmony.Core"] = ["HarmonyEncoding"],
        ["Harmony.Engines"] =
        [
            "HttpGeneratorOptions", "TokenChunk", "TokenConstraint", "TokenConstraintKind", "TokenFinishReason",
            "TokenGenerationError", "TokenLogProbability", "TokenRequest", "TurnEvent", "TurnEventKind",
            "TurnFinishReason", "TurnMessage", "TurnOptions", "TurnResult", "TurnRunnerOptions",
        ],
        ["Harmony.OpenAI"] = ["HarmonyPrompt"],
    };

    public static IEnumerable<TheoryDataRow<string>> ProjectNames => SourceTree.Files("src", ".csproj")
        .Select(static file => new TheoryDataRow<string>(Path.GetFileNameWithoutExtension(file)));

    [Theory]
    [MemberData(nameof(ProjectNames))]
    public void Project_References_PointDown(string name)
    {
        Assert.True(Projects.ContainsKey(name), $"src/{name} is not in the layering; give it its place in {nameof(LayeringTests)}.");
        foreach (XElement reference in Elements(name, "ProjectReference"))
        {
            if ((string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            {
                string target = Path.GetFileNameWithoutExtension(
                    ((string)reference.Attribute("Include")!).Replace('\\', '/'));
                Assert.Contains(target, Projects[name]);
            }
        }

        if (Packages.TryGetValue(name, out string[]? packages))
        {
            Assert.All(
                Elements(name, "PackageReference"), reference => Assert.Contains(
                    (string)reference.Attribute("Include")!, packages));
        }
    }

    [Theory]
    [InlineData("Harmony.Bpe")]
    [InlineData("Harmony.Core")]
    [InlineData("Harmony.Engines")]
    [InlineData("Harmony.Extensions.AI")]
    [InlineData("Harmony.OpenAI")]
    public void Assembly_References_AreTheRuntimeAndWhatItMayUse(string name)
    {
        IEnumerable<string> others = Compilations.Built(name).Modules.Single().ReferencedAssemblies
            .Select(static assembly => assembly.Name)
            .Where(static assembly =>
                !assembly.StartsWith("System.", StringComparison.Ordinal) || assembly == "System.IO.Hashing");

        Assert.All(others, other => Assert.Contains(other, (string[])[.. Projects[name], .. Packages[name]]));
    }

    [Fact]
    public void Bpe_NamespacesOfFiles_AreTheirFolders()
    {
        foreach (string file in SourceTree.Files("src/Harmony.Bpe", ".cs"))
        {
            string[] folders = file.Split('/')[2..^1];
            string expected = string.Join('.', ["Harmony.Bpe", .. folders]);
            Assert.All(
                Compilations.Parse(file).GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>(),
                declared => Assert.Equal(expected, declared.Name.ToString()));
        }
    }

    [Theory]
    [InlineData("Harmony.Bpe")]
    [InlineData("Harmony.Core")]
    [InlineData("Harmony.Engines")]
    [InlineData("Harmony.OpenAI")]
    public void Folder_TypesThatItNames_AreOfFoldersBelow(string project)
    {
        var wrong = new SortedSet<string>(StringComparer.Ordinal);
        int seen = 0;
        CSharpCompilation compilation = Compilations.OfProject(project);
        foreach (SyntaxTree tree in compilation.SyntaxTrees.Where(tree => FolderOf(tree).Length > 0))
        {
            string folder = FolderOf(tree);
            Assert.True(
                Layers[project].ContainsKey(folder), $"src/{project}/{folder} is not in the layering; give it its place.");
            SemanticModel model = compilation.GetSemanticModel(tree);

            // Not in attributes: the model's types name their JSON converter there.
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes(static node => node is not AttributeSyntax)
                .OfType<SimpleNameSyntax>())
            {
                ISymbol? symbol = model.GetSymbolInfo(name).Symbol;
                if ((symbol as INamedTypeSymbol ?? symbol?.ContainingType) is not { } type
                    || !SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
                {
                    continue;
                }

                seen++;
                string[] folders = [.. type.DeclaringSyntaxReferences.Select(static r => FolderOf(r.SyntaxTree)).Distinct()];
                if (!folders.Contains(folder)
                    && !folders.Intersect(Layers[project][folder]).Any()
                    && !(folders.Contains("") && IsShared(project, type)))
                {
                    wrong.Add($"{tree.FilePath} names {type.ToDisplayString()} of {string.Join(", ", folders)}");
                }
            }
        }

        Assert.True(seen > 500, $"only {seen} names were understood");
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public void Layers_OfEachProject_HaveNoCircle()
    {
        foreach (Dictionary<string, string[]> folders in Layers.Values)
        {
            var open = folders.ToDictionary(static folder => folder.Key, static folder => folder.Value);
            while (open.Count > 0)
            {
                string[] lowest = [.. open.Keys.Where(folder => !open[folder].Any(open.ContainsKey))];
                Assert.True(lowest.Length > 0, $"these name each other: {string.Join(", ", open.Keys)}");
                Array.ForEach(lowest, folder => open.Remove(folder));
            }
        }
    }

    /// <summary>The folder of a file within its project, with slashes; empty for the root.</summary>
    private static string FolderOf(SyntaxTree tree) =>
        string.Join('/', tree.FilePath.Split('/').Skip(2).SkipLast(1));

    private static bool IsShared(string project, ITypeSymbol type)
    {
        for (ITypeSymbol? ancestor = type; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (ancestor.ToDisplayString() == "System.Exception")
            {
                return true;
            }
        }

        return Shared[project].Contains(type.Name);
    }

    /// <summary>The elements of a project file and of the files beside it that it imports.</summary>
    private static IEnumerable<XElement> Elements(string project, string element) =>
        SourceTree.Files($"src/{project}", ".csproj", ".props", ".targets")
            .SelectMany(file => XDocument.Load(RepositoryFiles.PathOf(file)).Descendants(element));
}
