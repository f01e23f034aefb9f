using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Harmony.Package.Tests.Support;

/// <summary>An application outside the checkout that uses the packages.</summary>
internal sealed partial class Consumer(
    PackageFeed feed, string name, string sdk = "Microsoft.NET.Sdk", string library = "Harmony.Core")
{
    private readonly string _folder = feed.CreateFolder(name);

    /// <summary>The system that runs this, as NuGet names it.</summary>
    public static string Rid { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
#pragma warning disable CA1308 // its name is in lower case
        + $"-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
#pragma warning restore CA1308

    private string Program => Path.Combine(_folder, "out", OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    /// <summary>Adds a source file.</summary>
    public Consumer With(string file, string source)
    {
        File.WriteAllText(Path.Combine(_folder, file), source);
        return this;
    }

    /// <summary>Publishes the application. What the compilers and linkers warn of fails the test; a package of the
    /// SDK's that no source has, skips it.</summary>
    public Consumer Publish(params string[] settings)
    {
        With($"{name}.csproj", $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
                {string.Concat(settings)}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="GptOss.{library}" Version="{feed.Version}" />
              </ItemGroup>
            </Project>
            """);
        (int exitCode, string output) =
            Command.Run(Command.Of(_folder, Command.Dotnet, "publish", "-c", "Release", "-o", "out"));
        Match missing = MissingPackage.Match(output);
        if (missing.Success && !missing.Groups["id"].Value.StartsWith("GptOss", StringComparison.Ordinal))
        {
            Needs.Missing($"the package {missing.Groups["id"].Value}");
        }

        Assert.True(exitCode == 0 && !output.Contains(": warning", StringComparison.Ordinal), output);
        feed.AssertWasUsed(library);
        return this;
    }

    /// <summary>Runs the published application to its end.</summary>
    /// <returns>The lines that it printed.</returns>
    public string[] Run(params string[] arguments)
    {
        (int exitCode, string output) = Command.Run(Command.Of(_folder, Program, arguments));
        Assert.True(exitCode == 0, output);
        return output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    /// <summary>Starts the published application.</summary>
    public Process Start(params string[] arguments) =>
        Process.Start(Command.Of(_folder, Program, arguments))!;

    [GeneratedRegex(@"error NU110[123]: Unable to find (a stable )?package (?<id>[\w.-]+)")]
    private static partial Regex MissingPackage { get; }
}
