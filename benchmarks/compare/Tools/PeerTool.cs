using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using Harmony.Compare.Runs;

namespace Harmony.Compare.Tools;

/// <summary>Another's: a command that is given FILE, MODE and PASSES, as the README beside this project
/// says.</summary>
internal sealed record PeerTool(string Name, IReadOnlyList<string> Words) : Tool(Name)
{
    /// <summary>Reads NAME=COMMAND; words of the command are separated by spaces, and may be in double
    /// quotes.</summary>
    /// <exception cref="CompareException">It is not that.</exception>
    public static PeerTool Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = text[..Math.Max(equals, 0)].Trim();
        string[] words = [.. CommandLineParser.SplitCommandLine(text[(equals + 1)..])];
        return name.Length > 0 && words.Length > 0
            ? new PeerTool(name, words)
            : throw new CompareException($"--peer is NAME=COMMAND, not '{text}'");
    }

    public override ProcessStartInfo Command(string file, Mode mode, int passes) => new(
        Words[0], [.. Words.Skip(1), file, mode.Word(), passes.ToString(CultureInfo.InvariantCulture)]);
}
