using System.Collections;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Harmony.Bpe.Tests;

/// <summary>A run with a CPU feature switched off proves something only if the feature is off.</summary>
public sealed class CpuSwitchTests
{
    private static readonly Dictionary<string, bool[]> Features = new()
    {
        ["EnableAVX512"] = [Avx512F.IsSupported, Avx512BW.IsSupported, Avx512Vbmi.IsSupported, Vector512.IsHardwareAccelerated],
        ["EnableAVX2"] =
            [Avx2.IsSupported, Avx512F.IsSupported, Vector256.IsHardwareAccelerated, Vector512.IsHardwareAccelerated],
        ["EnableSSE42"] = [Sse42.IsSupported, Popcnt.IsSupported, Avx.IsSupported, Avx2.IsSupported, Avx512F.IsSupported],
        ["EnableHWIntrinsic"] =
        [
            Avx512F.IsSupported, Avx2.IsSupported, Avx.IsSupported, Sse42.IsSupported, Popcnt.IsSupported, Bmi1.IsSupported,
            AdvSimd.IsSupported, Vector128.IsHardwareAccelerated, Vector256.IsHardwareAccelerated, Vector512.IsHardwareAccelerated,
        ],
    };

    public static IEnumerable<TheoryDataRow<string>> Names =>
        Features.Keys.Select(static name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void IsSupported_FeatureSwitchedOff_IsFalse(string name)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable($"DOTNET_{name}") == "0", $"DOTNET_{name} is not 0, so that there is nothing to see.");

        Assert.All(Features[name], Assert.False);
    }

    /// <summary>A switch that the runtime does not read (EnableAVX512F, say) would make a run that proves
    /// nothing.</summary>
    [Fact]
    public void Environment_SwitchesOfCpuFeatures_AreAmongThoseTested() => Assert.All(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(
            static variable => (string)variable.Key)
            .Where(static name => name.StartsWith("DOTNET_Enable", StringComparison.Ordinal)
                && (name.Contains("AVX", StringComparison.Ordinal) || name.Contains("SSE", StringComparison.Ordinal)
                    || name.Contains("Intrinsic", StringComparison.Ordinal))),
        static name => Assert.Contains(name["DOTNET_".Length..], Features.Keys));
}
