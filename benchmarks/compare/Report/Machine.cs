using System.Runtime.InteropServices;
using System.Text;

namespace Harmony.Compare.Report;

/// <summary>What the numbers were taken on.</summary>
/// <param name="Processor">The processor's name, as it gives it.</param>
/// <param name="Details">The rest that tells it from others of that name; may be empty.</param>
/// <param name="System">The operating system and the runtime.</param>
internal sealed record Machine(string Processor, string Details, string System)
{
    private const string LinuxFile = "/proc/cpuinfo";

    /// <summary>The processor as a folder's name.</summary>
    public string Slug
    {
        get
        {
            var slug = new StringBuilder();
            foreach (char c in Processor.ToLowerInvariant())
            {
                if (char.IsAsciiLetterOrDigit(c))
                {
                    slug.Append(c);
                }
                else if (slug.Length > 0 && slug[^1] != '-')
                {
                    slug.Append('-');
                }
            }

            return slug.ToString().Trim('-');
        }
    }

    public static Machine ThisOne()
    {
        string system = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, "
            + $"{RuntimeInformation.ProcessArchitecture}";
        string count = $"{Environment.ProcessorCount} logical processors";
        Machine named = File.Exists(LinuxFile)
            ? FromLinux(File.ReadAllText(LinuxFile), system)
            : new Machine(Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "", "", system);
        return named with
        {
            Processor = named.Processor.Length > 0
                ? named.Processor
                : $"{RuntimeInformation.OSArchitecture} processor",
            Details = named.Details.Length > 0 ? $"{named.Details}, {count}" : count,
        };
    }

    /// <summary>Reads what Linux says of its first processor.</summary>
    public static Machine FromLinux(string text, string system)
    {
        string Field(string name) => text.Split('\n')
            .Select(static line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .FirstOrDefault(parts => parts.Length == 2 && parts[0] == name)?[1] ?? "";
        string family = Field("cpu family");
        return new Machine(
            Field("model name"), family.Length > 0 ? $"family {family}, model {Field("model")}" : "", system);
    }
}
