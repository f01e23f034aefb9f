using System.Reflection;
using System.Runtime.Loader;
using Harmony.House.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Harmony.Tests;

internal sealed partial class ReadmeExample
{
    /// <summary>Compiles and runs the example.</summary>
    /// <returns>The lines that it printed.</returns>
    public string[] Run()
    {
        CSharpCompilation compilation = Compilations.OfProgram($"Example{Line}", Source);
        using var image = new MemoryStream();
        IEnumerable<Diagnostic> errors = compilation.Emit(image).Diagnostics
            .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.True(!errors.Any(), $"The example on line {Line} does not compile:\n{string.Join('\n', errors)}");

        image.Position = 0;
        var context = new AssemblyLoadContext(compilation.AssemblyName, isCollectible: true);
        TextWriter console = Console.Out;
        using var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            MethodInfo main = context.LoadFromStream(image).EntryPoint!;
            object? result = main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
            (result as Task)?.GetAwaiter().GetResult();
        }
        finally
        {
            Console.SetOut(console);
            context.Unload();
        }

        string[] lines = output.ToString().ReplaceLineEndings("\n").Split('\n');
        return [.. lines[..^1], .. lines[^1].Length == 0 ? Array.Empty<string>() : [lines[^1]]];
    }
}
