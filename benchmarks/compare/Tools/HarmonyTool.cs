using System.Diagnostics;
using System.Globalization;
using Harmony.Compare.Runs;
using Harmony.Tests;

namespace Harmony.Compare.Tools;

/// <summary>Ours: <c>harmony bench</c>, as it was built in Release.</summary>
internal sealed record HarmonyTool() : Tool(OurName)
{
    public const string OurName = "Harmony";

    private static readonly string Assembly =
        RepositoryFiles.PathOf("artifacts/bin/Harmony.Cli/release/harmony.dll");

    // The host that runs this, where it says so.
    private static readonly string Host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <exception cref="CompareException">It is not built.</exception>
    public static HarmonyTool Find() => File.Exists(Assembly)
        ? new HarmonyTool()
        : throw new CompareException("harmony is not built in Release: run this with dotnet run -c Release");

    public override ProcessStartInfo Command(string file, Mode mode, int passes) => new(
        Host,
        [
            Assembly, "bench", "--json", "--cpu", "--passes", Text(passes),
            .. mode == Mode.Documents ? (string[])["--docs", Text(Modes.DocumentSize)] : [],
            .. mode == Mode.Cold ? (string[])["--cold"] : [],
            file,
        ]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
