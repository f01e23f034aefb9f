using System.Text;
using Spectre.Console;

namespace Harmony.Cli.Output;

/// <summary>Spectre.Console on one of our streams: colours on a terminal, plain text everywhere
/// else.</summary>
internal static class TerminalConsole
{
    /// <summary>Lines in a pipe are as long as they need to be, up to this.</summary>
    private const int WidthWithoutTerminal = 160;

    public static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        bool colour = isTerminal && WantsColour();
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new Output(writer, isTerminal),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
    }

    // The convention of https://no-color.org: set and not empty means no.
    private static bool WantsColour() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private sealed class Output(TextWriter writer, bool isTerminal) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => isTerminal ? TerminalWidth() : WidthWithoutTerminal;

        public int Height => 24;

        // Ours is UTF-8 already.
        public void SetEncoding(Encoding encoding)
        {
        }

        private static int TerminalWidth()
        {
            try
            {
                return Console.BufferWidth is > 0 and int width ? width : 80;
            }
            catch (IOException)
            {
                return 80;
            }
        }
    }
}
