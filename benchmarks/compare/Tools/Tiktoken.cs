using Harmony.Compare.Runs;
using Harmony.Tests;

namespace Harmony.Compare.Tools;

/// <summary>The reference's own tokenizer, by our scripts: Python's package, or else npm's.</summary>
internal static class Tiktoken
{
    /// <summary>What it is called where neither is there.</summary>
    public const string AnyName = "tiktoken";

    private const string Scripts = "benchmarks/compare/peers";

    private static readonly PeerTool[] Candidates =
    [
        new("tiktoken (Python)", ["python3", RepositoryFiles.PathOf($"{Scripts}/tiktoken_python.py")]),
        new("tiktoken (npm)", ["node", RepositoryFiles.PathOf($"{Scripts}/tiktoken_npm.cjs")]),
    ];

    /// <summary>What it may be called.</summary>
    public static IEnumerable<string> Names =>
        Candidates.Select(static candidate => candidate.Name).Append(AnyName);

    /// <summary>The first that is installed, as it does on a file; null for none.</summary>
    public static PeerTool? Find(IToolRunner runner, string file) => Array.Find(
        Candidates, candidate => !runner.Run(candidate, file, Mode.Whole, passes: 1).IsAbsent);
}
