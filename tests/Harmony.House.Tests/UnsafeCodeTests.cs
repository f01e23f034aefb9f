using System.Xml.Linq;
using Harmony.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Harmony.House.Tests;

/// <summary>Unsafe code stays in the folders that are watched for it, and says what makes it safe.</summary>
public sealed class UnsafeCodeTests
{
    private static readonly string[] Allowed =
    [
        "src/Harmony.Bpe/Batches/",
        "src/Harmony.Bpe/Kernels/",
        "src/Harmony.Bpe/Memory/",
        "src/Harmony.Bpe/Merging/",
        "src/Harmony.Bpe/Pretokenization/",
        "src/Harmony.Bpe/Vocabulary/",
    ];

    /// <summary>Types and members that skip the runtime's checks without the keyword.</summary>
    private static readonly string[] UncheckedNames =
        ["Unsafe", "NativeMemory", "GetReference", "GetArrayDataReference", "DangerousGetPinnableReference", "SkipLocalsInit"];

    public static IEnumerable<TheoryDataRow<string>> SourceFiles =>
        SourceTree.Files("src", ".cs").Select(static file => new TheoryDataRow<string>(file));

    [Theory]
    [MemberData(nameof(SourceFiles))]
    public void SourceFile_UnsafeCode_IsInItsPlaceAndArgued(string file)
    {
        if (!IsUnsafe(Compilations.Parse(file)))
        {
            return;
        }

        Assert.True(
            Array.Exists(Allowed, folder => file.StartsWith(folder, StringComparison.Ordinal)),
            $"{file} has unsafe code; it belongs into {string.Join(", ", Allowed)}.");
        Assert.Contains("// Safety:", File.ReadAllText(RepositoryFiles.PathOf(file)), StringComparison.Ordinal);
    }

    [Fact]
    public void SourceFiles_WithUnsafeCode_AreFound() =>
        Assert.True(IsUnsafe(Compilations.Parse("src/Harmony.Bpe/Vocabulary/TokenTable.cs")));

    [Fact]
    public void Projects_OfSrc_AllowUnsafeBlocksOnlyInBpe()
    {
        IEnumerable<string> others = SourceTree.Files("src", ".csproj")
            .Where(static file => !file.EndsWith("/Harmony.Bpe.csproj", StringComparison.Ordinal));
        foreach (string file in others)
        {
            Assert.Empty(XDocument.Load(RepositoryFiles.PathOf(file)).Descendants("AllowUnsafeBlocks"));
        }
    }

    private static bool IsUnsafe(SyntaxTree tree)
    {
        SyntaxNode root = tree.GetRoot();
        return root.DescendantTokens().Any(
            static token => token.IsKind(SyntaxKind.UnsafeKeyword) || token.IsKind(SyntaxKind.FixedKeyword))
            || root.DescendantNodes().OfType<SimpleNameSyntax>()
                .Any(static name => UncheckedNames.Contains(name.Identifier.Text));
    }
}
