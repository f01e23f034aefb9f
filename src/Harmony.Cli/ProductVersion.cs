using System.Reflection;

namespace Harmony.Cli;

/// <summary>The version of this program.</summary>
internal static class ProductVersion
{
    /// <summary>The version, without the commit that may follow it.</summary>
    public static string Current { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}
