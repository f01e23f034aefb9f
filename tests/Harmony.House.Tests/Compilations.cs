using Harmony.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Harmony.House.Tests;

/// <summary>The compiler's view of the sources and of the built assemblies.</summary>
internal static class Compilations
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Preview);

    private static readonly string[] ImplicitUsings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
        "System.Threading.Tasks",
    ];

    /// <summary>All assemblies of the running tests: the runtime's, the libraries' and what these need.</summary>
    public static IReadOnlyList<MetadataReference> References { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path))];

    /// <summary>A file's syntax tree.</summary>
    public static SyntaxTree Parse(string relativePath) =>
        CSharpSyntaxTree.ParseText(
            File.ReadAllText(RepositoryFiles.PathOf(relativePath)), ParseOptions, relativePath);

    /// <summary>The sources of a project, compiled against everything but its own built assembly.</summary>
    public static CSharpCompilation OfProject(string name) => CSharpCompilation.Create(
        name,
        [.. SourceTree.Files($"src/{name}", ".cs").Select(Parse), ImplicitUsingsTree],
        References.Where(reference => Path.GetFileNameWithoutExtension(reference.Display) != name),
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>A program of top-level statements.</summary>
    public static CSharpCompilation OfProgram(string name, string source) => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(source, ParseOptions), ImplicitUsingsTree],
        References,
        new CSharpCompilationOptions(
            OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The symbols of a built assembly.</summary>
    public static IAssemblySymbol Built(string name)
    {
        MetadataReference reference = References.Single(
            candidate => Path.GetFileNameWithoutExtension(candidate.Display) == name);
        CSharpCompilation compilation = CSharpCompilation.Create("view", references: References);
        return (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!;
    }

    private static SyntaxTree ImplicitUsingsTree => CSharpSyntaxTree.ParseText(
        string.Concat(ImplicitUsings.Select(static name => $"global using {name};\n")), ParseOptions);
}
