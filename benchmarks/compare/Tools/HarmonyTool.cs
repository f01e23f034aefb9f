using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Harmony.Compare.Runs;
using Harmony.Tests;

namespace Harmony.Compare.Tools;

/// <summary>Ours: <c>harmony bench</c>, compiled ahead of time for this machine, so that a first pass measures the
/// encoder and not the JIT; what is used much the JIT compiles again, as in any application.</summary>
internal sealed record HarmonyTool() : Tool(OurName)
{
    public const string OurName = "Harmony";

    private static readonly string Folder = RepositoryFiles.PathOf("artifacts/compare");
    private static readonly string Assembly = Path.Combine(Folder, "harmony.dll");

    // The host that runs this, where it says so.
    private static readonly string Host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Compiles it again: what an earlier run left may be of other sources.</summary>
    /// <exception cref="CompareException">It cannot be compiled.</exception>
    public static HarmonyTool Publish()
    {
        // Code that asks for AVX2 or BMI2 is compiled ahead of time only where they are taken for granted.
        string[] instructions = RuntimeInformation.OSArchitecture == Architecture.X64
            ? ["-p:PublishReadyToRunCrossgen2ExtraArgs=--instruction-set:x86-64-v3"]
            : [];
        Run(
            [
                "publish", RepositoryFiles.PathOf("src/Harmony.Cli"), "-c", "Release", "--no-self-contained", "-r",
                RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=false", .. instructions, "-o", Folder,
            ]);

        // The compiler has put the vocabulary somewhere else.
        Run(
            [
                RepositoryFiles.PathOf("artifacts/bin/Harmony.Vocab.Builder/release/Harmony.Vocab.Builder.dll"),
                "align", Path.Combine(Folder, "Harmony.Bpe.dll"),
            ]);
        return new HarmonyTool();
    }

    public override ProcessStartInfo Command(string file, Mode mode, int passes) => new(
        Host,
        [
            Assembly, "bench", "--json", "--cpu", "--passes", Text(passes),
            .. mode == Mode.Documents ? (string[])["--docs", Text(Modes.DocumentSize)] : [],
            .. mode == Mode.Cold ? (string[])["--cold"] : [],
            .. mode == Mode.Fresh ? (string[])["--fresh", "--docs", Text(Modes.FreshDocumentSize)] : [],
            file,
        ]);

    private static void Run(string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(Host, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new CompareException($"harmony cannot be compiled: {output}");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
