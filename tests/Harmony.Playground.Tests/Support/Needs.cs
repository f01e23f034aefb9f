using System.Diagnostics.CodeAnalysis;

namespace InferenceServer.Playground.Support;

/// <summary>What a test needs beyond the SDK. Where it is missing the test is skipped, but not in
/// CI.</summary>
internal static class Needs
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>The browser's program.</summary>
    public static string Chromium() => Find() ?? Missing("Chromium");

    /// <summary>The browser's program; null if there is none.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .SelectMany(static folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    [DoesNotReturn]
    private static string Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{what} is missing.");
        }

        Assert.Skip($"{what} is missing.");
        return null;
    }
}
