using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Running;
using Harmony.Benchmarks.Columns;
using Harmony.Benchmarks.WorstCases;
using Harmony.Tests;

// A table in a minute, instead of a benchmark in an hour.
if (args is ["worst-cases", .. string[] names])
{
    WorstCaseTable.Print(names);
    return;
}

// The child process of each benchmark is built from here, which takes its time on a busy machine.
IConfig config = DefaultConfig.Instance
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumn(new ThroughputColumn())
    .WithArtifactsPath(RepositoryFiles.PathOf("artifacts/benchmarks"))
    .WithBuildTimeout(TimeSpan.FromMinutes(10));

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
