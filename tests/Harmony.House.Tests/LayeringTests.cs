using System.Xml.Linq;
using Harmony.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Harmony.House.Tests;

/// <summary>Arrows point down only: between projects, and between the layers inside Harmony.Bpe.</summary>
public sealed class LayeringTests
{
    /// <summary>The projects in src and those that each may reference.</summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Harmony.Bpe"] = [],
        ["Harmony.Core"] = ["Harmony.Bpe"],
        ["Harmony.Extensions.AI"] = ["Harmony.Core", "Harmony.Bpe"],
        ["Harmony.Cli"] = ["Harmony.Core", "Harmony.Bpe"],
    };

    /// <summary>The packages that a library may need.</summary>
    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["Harmony.Bpe"] = ["CommunityToolkit.HighPerformance", "System.IO.Hashing"],
        ["Harmony.Core"] = ["CommunityToolkit.HighPerformance"],
    };

    /// <summary>The folders of Harmony.Bpe, from the top down, and those whose types each may name: only folders
    /// further down. A nested folder is a layer by itself. The project's root, with the public types, is above all of
    /// them.</summary>
    private static readonly Dictionary<string, string[]> Layers = new()
    {
        ["Truncation"] = ["Engine", "Calls", "Specials", "Vocabulary", "Text"],
        ["Engine"] = ["Batches", "Reference", "Calls", "Specials", "Kernels", "Machine", "Vocabulary"],
        ["Batches"] =
        [
            "Reference", "Calls", "Caching", "Merging", "Pretokenization", "Kernels", "Machine", "Vocabulary", "Text",
        ],
        ["Reference"] = ["Calls", "Merging.LongPieces", "Merging", "Pretokenization", "Vocabulary", "Text"],
        ["Calls"] = ["Specials", "Vocabulary"],
        ["Specials"] = ["Vocabulary", "Text"],
        ["Caching"] = ["Machine", "Vocabulary"],
        ["Merging.LongPieces"] = ["Merging", "Vocabulary"],
        ["Merging"] = ["Machine", "Vocabulary"],
        ["Pretokenization"] = ["Kernels", "Machine", "Vocabulary", "Text"],
        ["Kernels"] = ["Machine", "Vocabulary", "Text"],
        ["Machine"] = [],
        ["Vocabulary"] = [],
        ["Text"] = [],
    };

    /// <summary>Types of the root that lower layers may name: what they are told and what they throw.</summary>
    private static readonly string[] Shared = ["EncodeOptions", "EncoderCache", "SpecialTextHandling"];

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

    [Fact]
    public void Bpe_LayersThatALayerMayName_AreFurtherDown()
    {
        List<string> order = [.. Layers.Keys];

        Assert.All(Layers, layer => Assert.All(
            layer.Value, target => Assert.True(
                order.IndexOf(target) > order.IndexOf(layer.Key), $"{target} is not below {layer.Key}.")));
    }

    [Fact]
    public void Bpe_TypesThatALayerNames_AreOfALayerBelow()
    {
        var wrong = new SortedSet<string>(StringComparer.Ordinal);
        int seen = 0;
        CSharpCompilation compilation = Compilations.OfProject("Harmony.Bpe");
        IEnumerable<SyntaxTree> inFolders = compilation.SyntaxTrees
            .Where(static tree => tree.FilePath.Count(static c => c == '/') > 2);
        foreach (SyntaxTree tree in inFolders)
        {
            string layer = string.Join('.', tree.FilePath.Split('/')[2..^1]);
            Assert.True(
                Layers.ContainsKey(layer), $"src/Harmony.Bpe/{layer} is not in the layering; give it its place.");
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                ISymbol? symbol = model.GetSymbolInfo(name).Symbol;
                if ((symbol as INamedTypeSymbol ?? symbol?.ContainingType) is { } type
                    && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
                {
                    seen++;
                    string target = LayerOf(type);
                    if (target != layer && !Layers[layer].Contains(target) && !(target.Length == 0 && IsShared(type)))
                    {
                        wrong.Add($"{tree.FilePath} names {type.ToDisplayString()}");
                    }
                }
            }
        }

        Assert.True(seen > 500, $"only {seen} names were understood");
        Assert.Empty(wrong);
    }

    private static string LayerOf(ITypeSymbol type)
    {
        string name = type.ContainingNamespace.ToDisplayString();
        return name == "Harmony.Bpe" ? "" : name["Harmony.Bpe.".Length..];
    }

    private static bool IsShared(ITypeSymbol type)
    {
        for (ITypeSymbol? ancestor = type; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (ancestor.ToDisplayString() == "System.Exception")
            {
                return true;
            }
        }

        return Shared.Contains(type.Name);
    }

    /// <summary>The elements of a project file and of the files beside it that it imports.</summary>
    private static IEnumerable<XElement> Elements(string project, string element) =>
        SourceTree.Files($"src/{project}", ".csproj", ".props", ".targets")
            .SelectMany(file => XDocument.Load(RepositoryFiles.PathOf(file)).Descendants(element));
}
