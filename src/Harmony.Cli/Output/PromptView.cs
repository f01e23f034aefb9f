using Harmony.Bpe;
using Spectre.Console;

namespace Harmony.Cli.Output;

/// <summary>A prompt as text on a terminal, its special tokens in colour: text that merely spells one has
/// none.</summary>
internal static class PromptView
{
    private static readonly Style SpecialColour = new(Color.Aqua, decoration: Decoration.Bold);

    public static void Write(TextWriter writer, ReadOnlySpan<int> ids, BpeTokenizer tokenizer)
    {
        IAnsiConsole console = TerminalConsole.Create(writer, isTerminal: true);
        var prompt = new Paragraph { Overflow = Overflow.Fold };
        int start = 0;
        for (int i = 0; i <= ids.Length; i++)
        {
            if (i < ids.Length && !tokenizer.IsSpecial(ids[i]))
            {
                continue;
            }

            prompt.Append(tokenizer.Decode(ids[start..i]));
            if (i < ids.Length)
            {
                prompt.Append(tokenizer.Decode(ids.Slice(i, 1)), SpecialColour);
            }

            start = i + 1;
        }

        console.Write(prompt);
        console.WriteLine();
    }
}
