using Harmony.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Harmony.House.Tests;

/// <summary>A file in src declares one type, whose name the file has. Types inside a type are private, apart from the
/// enumerator of a collection, which <c>foreach</c> needs.</summary>
public sealed class OneTypePerFileTests
{
    public static IEnumerable<TheoryDataRow<string>> SourceFiles =>
        SourceTree.Files("src", ".cs").Select(static file => new TheoryDataRow<string>(file));

    [Theory]
    [MemberData(nameof(SourceFiles))]
    public void SourceFile_Types_AreOneOfItsName(string file) => AssertOneType(Compilations.Parse(file).GetRoot(), file);

    [Theory]
    [InlineData("A.cs", "class A { }", true)]
    [InlineData("A.Part.cs", "partial class A { private struct B { } }", true)]
    [InlineData("A.cs", "class A { } class A<T> { }", true)]
    [InlineData("Program.cs", "return 0;", true)]
    [InlineData("A.cs", "class B { }", false)]
    [InlineData("A.cs", "class A { } enum B { C }", false)]
    [InlineData("A.cs", "class A { } delegate void B();", false)]
    [InlineData("A.cs", "class A { public class B { } }", false)]
    public void SourceFile_WithTypes_IsJudged(string file, string source, bool isRight) => Assert.Equal(
        isRight, Record.Exception(() => AssertOneType(CSharpSyntaxTree.ParseText(source).GetRoot(), file)) is null);

    private static void AssertOneType(SyntaxNode root, string file)
    {
        MemberDeclarationSyntax[] types = [.. root
            .DescendantNodes(static node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(static member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)];
        if (types.Length == 0 && root.ChildNodes().Any(static node => node is GlobalStatementSyntax))
        {
            return;
        }

        string name = Path.GetFileName(file).Split('.')[0];
        Assert.Equal([name], types.Select(NameOf).Distinct());
        Assert.All(
            types.SelectMany(static type => type.DescendantNodes()).OfType<BaseTypeDeclarationSyntax>(),
            type => Assert.True(
                type.Modifiers.Any(SyntaxKind.PrivateKeyword) || NameOf(type) == "Enumerator",
                $"{file} has {NameOf(type)} inside {name}; make it private, or give it a file."));
    }

    private static string NameOf(MemberDeclarationSyntax type) => type is DelegateDeclarationSyntax declared
        ? declared.Identifier.Text
        : ((BaseTypeDeclarationSyntax)type).Identifier.Text;
}
