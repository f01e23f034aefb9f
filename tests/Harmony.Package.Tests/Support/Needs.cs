using System.Diagnostics.CodeAnalysis;

namespace Harmony.Package.Tests.Support;

/// <summary>What a test needs beyond the SDK. Where it is missing the test is skipped, but not in CI.</summary>
internal static class Needs
{
    private static bool InContinuousIntegration => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Skips what takes long, unless it was asked for.</summary>
    public static void Time() => Assert.SkipUnless(
        InContinuousIntegration || Environment.GetEnvironmentVariable("HARMONY_PACKAGE_TESTS") == "1",
        "Takes long; set HARMONY_PACKAGE_TESTS=1.");

    /// <summary>The linker with which machine code is put together.</summary>
    public static void Linker()
    {
        if (OperatingSystem.IsLinux() && !OnPath("clang") && !OnPath("gcc"))
        {
            Missing("clang");
        }
    }

    [DoesNotReturn]
    public static void Missing(string what)
    {
        if (InContinuousIntegration)
        {
            Assert.Fail($"{what} is missing.");
        }

        Assert.Skip($"{what} is missing.");
    }

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
