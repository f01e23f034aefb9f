using System.Text.RegularExpressions;
using Harmony.Package.Tests.Support;
using Harmony.Tests;

namespace Harmony.Package.Tests;

/// <summary>Applications that install the packages and are published in each of the ways there are: they run the
/// README's first example, and give the reference's ids.</summary>
[Trait("Needs", "NuGet")]
public sealed partial class PublishTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string CasesFile = "cases.jsonl";

    private static readonly string Rid = $"<RuntimeIdentifier>{Consumer.Rid}</RuntimeIdentifier>";
    private static readonly string[] Cases =
        [.. Golden("encode", """{"op":"encode_ordinary",""", 300),
            .. Golden("render-conversations", """{"op":"render_conversation_for_completion",""", 100)];

    [GeneratedRegex("""(\\u[dD][89a-fA-F])|"config"|"next_turn_role":"(?!assistant)""")]
    private static partial Regex LeftOut { get; }

    [Fact]
    public void Publish_FrameworkDependent_PrintsAndEncodesAsTheReference() => AssertRuns("Portable");

    [Fact]
    public void Publish_SingleFile_PrintsAndEncodesAsTheReference() => AssertRuns(
        "OneFile", Rid, "<PublishSingleFile>true</PublishSingleFile>", "<SelfContained>false</SelfContained>");

    [Fact]
    public void Publish_ReadyToRun_PrintsAndEncodesAsTheReference()
    {
        Needs.Time();
        AssertRuns(
            "Compiled", Rid, "<PublishReadyToRun>true</PublishReadyToRun>", "<SelfContained>false</SelfContained>");
    }

    [Fact]
    public void Publish_TrimmedSelfContained_PrintsAndEncodesAsTheReference()
    {
        Needs.Time();
        AssertRuns("Trimmed", Rid, "<PublishTrimmed>true</PublishTrimmed>", "<SelfContained>true</SelfContained>");
    }

    [Fact]
    public void Publish_NativeAot_PrintsAndEncodesAsTheReference()
    {
        Needs.Time();
        Needs.Linker();
        AssertRuns("Native", Rid, "<PublishAot>true</PublishAot>");
    }

    [Fact]
    public void Publish_ChatClient_PrintsWhatItsReadmePromises() =>
        AssertKeepsPromise("Harmony.Extensions.AI", "Chat");

    [Fact]
    public void Publish_NativeChatClient_PrintsWhatItsReadmePromises()
    {
        Needs.Time();
        Needs.Linker();
        AssertKeepsPromise("Harmony.Extensions.AI", "NativeChat", Rid, "<PublishAot>true</PublishAot>");
    }

    [Fact]
    public void Publish_NativeOpenAIServer_PrintsWhatItsReadmePromises()
    {
        Needs.Time();
        Needs.Linker();
        AssertKeepsPromise("Harmony.OpenAI", "NativeOpenAI", Rid, "<PublishAot>true</PublishAot>");
    }

    [Fact]
    public async Task Publish_NativeWebApplication_AnswersAsTheReferenceAsync()
    {
        Needs.Time();
        Needs.Linker();
        Consumer consumer = new Consumer(feed, "Web", "Microsoft.NET.Sdk.Web")
            .With("Program.cs", Source("WebApplication.cs"))
            .Publish(Rid, "<PublishAot>true</PublishAot>");

        await WebQueries.AssertAnswersAsync(
            consumer, Cases.Where(static line => line.Contains("render", StringComparison.Ordinal)));
    }

    private static string Source(string file) =>
        File.ReadAllText(RepositoryFiles.PathOf($"tests/Harmony.Package.Tests/Consumers/{file}"));

    /// <summary>Cases of one operation, with plain settings and texts that JSON readers take.</summary>
    private static IEnumerable<string> Golden(string file, string operation, int count) =>
        File.ReadLines(RepositoryFiles.PathOf($"tests/Golden/{file}.jsonl"))
            .Where(line => line.Contains(operation, StringComparison.Ordinal) && !LeftOut.IsMatch(line)
                && line.Contains("""{"tokens":""", StringComparison.Ordinal))
            .Take(count);

    private void AssertKeepsPromise(string library, string name, params string[] settings)
    {
        ReadmeExample example = ReadmeExample.FindAll(
            File.ReadAllText(RepositoryFiles.PathOf($"src/{library}/README.md")))[0];
        Consumer consumer = new Consumer(feed, name, library: library)
            .With("Program.cs", example.Source)
            .Publish(settings);

        Assert.Equal(example.Promised, consumer.Run());
    }

    private void AssertRuns(string name, params string[] settings)
    {
        ReadmeExample example = ReadmeExample.FindAll(File.ReadAllText(RepositoryFiles.PathOf("README.md")))[0];
        Consumer consumer = new Consumer(feed, name)
            .With("Program.cs", $"{example.Source}\nConsole.WriteLine(GoldenCases.Check(\"{CasesFile}\"));\n")
            .With("GoldenCases.cs", Source("GoldenCases.cs"))
            .With(CasesFile, string.Join('\n', Cases))
            .Publish(settings);

        string[] lines = consumer.Run();

        Assert.Equal(example.Promised, lines[..^1]);
        Assert.Equal($"{Cases.Length}", lines[^1]);
        Assert.InRange(Cases.Length, 300, int.MaxValue);
    }
}
