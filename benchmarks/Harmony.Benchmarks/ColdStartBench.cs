using System.Diagnostics;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Harmony.Benchmarks.Inputs;
using Harmony.Tests;

namespace Harmony.Benchmarks;

/// <summary>What a process costs that counts a file of a kilobyte: start, first use, end. Needs the command
/// line, published as its native package is.</summary>
public class ColdStartBench
{
    private readonly string _file = Path.GetTempFileName();
    private string _program = "";

    [GlobalSetup]
    public void WriteFile()
    {
        string name = OperatingSystem.IsWindows() ? "harmony.exe" : "harmony";
        string system = RuntimeInformation.RuntimeIdentifier;
        _program = RepositoryFiles.PathOf($"artifacts/publish/Harmony.Cli/release_{system}/{name}");
        if (!File.Exists(_program))
        {
            throw new InvalidOperationException($"Publish it first: dotnet publish src/Harmony.Cli -r {system}");
        }

        File.WriteAllBytes(_file, Corpus.Read("english_prose", 1000));
    }

    [GlobalCleanup]
    public void DeleteFile() => File.Delete(_file);

    [Benchmark(Baseline = true)]
    public int Version() => Run("--version");

    [Benchmark]
    public int CountKilobyte() => Run("count", _file);

    private int Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(_program, arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        int length = process.StandardOutput.ReadToEnd().Length;
        process.WaitForExit();
        return process.ExitCode == 0
            ? length
            : throw new InvalidOperationException($"exit code {process.ExitCode}");
    }
}
