using Harmony.Tests;

namespace Harmony.House.Tests;

/// <summary>The examples of the README and of the guides compile, run and print what they say they print.</summary>
[Collection(nameof(ReadmeTests))]
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public sealed class ReadmeTests
{
    private const int MaxLines = 200;

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/tokenizer.md")]
    [InlineData("docs/chat.md")]
    [InlineData("docs/resilient-parser.md")]
    [InlineData("docs/engines.md")]
    [InlineData("docs/extensions-ai.md")]
    [InlineData("docs/openai.md")]
    [InlineData("src/Harmony.Bpe/README.md")]
    [InlineData("src/Harmony.Core/README.md")]
    [InlineData("src/Harmony.Engines/README.md")]
    [InlineData("src/Harmony.Extensions.AI/README.md")]
    [InlineData("src/Harmony.OpenAI/README.md")]
    public void Examples_OfAFile_RunAndPrintWhatTheySay(string file)
    {
        IReadOnlyList<ReadmeExample> examples = ReadmeExample.FindAll(
            File.ReadAllText(RepositoryFiles.PathOf(file)));

        Assert.NotEmpty(examples);
        Assert.Contains(examples, static example => example.Promised.Length > 0);
        Assert.All(examples, static example => Assert.Equal(example.Promised, example.Run()));
    }

    [Fact]
    public void Readme_Length_IsBelowTwoHundredLines()
    {
        Assert.InRange(File.ReadAllLines(RepositoryFiles.PathOf("README.md")).Length, 1, MaxLines - 1);
    }

    [Fact]
    public void Example_OfTheTokenizer_PrintsWhatItSays()
    {
        const string Markdown = """
            # Text
            ```csharp
            using Harmony.Bpe;

            int[] ids = BpeTokenizer.O200kHarmony.Encode("Hello, world!");
            Console.WriteLine(ids.Length); // prints: 4
            Console.WriteLine(BpeTokenizer.O200kHarmony.Decode(ids));
            // prints: Hello, world!
            await Task.CompletedTask;
            ```
            """;

        ReadmeExample example = Assert.Single(ReadmeExample.FindAll(Markdown));
        Assert.Equal(3, example.Line);
        Assert.Equal(["4", "Hello, world!"], example.Promised);
        Assert.Equal(example.Promised, example.Run());
    }

    [Fact]
    public void Example_ThatPrintsSomethingElse_IsTold()
    {
        ReadmeExample example = Assert.Single(
            ReadmeExample.FindAll("```csharp\nConsole.Write(1); // prints: 2\n```"));

        Assert.NotEqual(example.Promised, example.Run());
    }

    [Fact]
    public void Example_ThatDoesNotCompile_IsTold()
    {
        ReadmeExample example = Assert.Single(ReadmeExample.FindAll("```csharp\nthis is no C#\n```"));

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => example.Run());
    }
}
