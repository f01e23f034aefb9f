using System.Buffers;
using System.Globalization;
using System.Text;
using Harmony.Bpe;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Harmony.Cli.Output;

/// <summary>
/// Tokens side by side, each above its id. Tokens have colours in turn on a terminal; a bar stands between
/// them everywhere, so that nothing is lost without colours. A line ends where the text's does, or where the
/// terminal's.
/// </summary>
internal sealed class TokenView(TextWriter writer, bool isTerminal)
{
    private const string Bar = "│";

    private static readonly Style[] Colours =
    [
        new(Color.Black, Color.LightSkyBlue1),
        new(Color.Black, Color.PaleGreen1),
        new(Color.Black, Color.LightGoldenrod1),
        new(Color.Black, Color.Thistle1),
    ];

    private static readonly Style SpecialColour = new(Color.White, Color.DarkRed, Decoration.Bold);

    private readonly IAnsiConsole _console = TerminalConsole.Create(writer, isTerminal);
    private readonly List<Cell> _row = [];
    private int _rowWidth;

    public void Write(byte[] utf8, TokenRange[] tokens, BpeTokenizer tokenizer)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            TokenRange token = tokens[i];
            ReadOnlySpan<byte> bytes = utf8.AsSpan(token.ByteStart, token.ByteLength);
            Style colour = tokenizer.IsSpecial(token.Id) ? SpecialColour : Colours[i % Colours.Length];
            Add(new Cell(Visible(bytes), token.Id.ToString(CultureInfo.InvariantCulture), colour));
            if (bytes.IndexOf((byte)'\n') >= 0)
            {
                EndRow();
            }
        }

        EndRow();
    }

    /// <summary>Text in which nothing is invisible: a dot for a space, escapes for control characters, and
    /// for the bytes of characters that other tokens share.</summary>
    internal static string Visible(ReadOnlySpan<byte> utf8)
    {
        var visible = new StringBuilder(utf8.Length);
        while (!utf8.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(utf8, out Rune rune, out int length);
            if (status != OperationStatus.Done)
            {
                length = 1;
                visible.Append(CultureInfo.InvariantCulture, $"\\x{utf8[0]:X2}");
            }
            else
            {
                AppendVisible(visible, rune);
            }

            utf8 = utf8[length..];
        }

        return visible.ToString();
    }

    private static void AppendVisible(StringBuilder visible, Rune rune)
    {
        switch (rune.Value)
        {
            case ' ':
                visible.Append('·');
                break;
            case '\n':
                visible.Append("\\n");
                break;
            case '\r':
                visible.Append("\\r");
                break;
            case '\t':
                visible.Append("\\t");
                break;
            default:
                bool isHidden = Rune.IsControl(rune) || Rune.IsWhiteSpace(rune)
                    || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format;
                visible.Append(isHidden ? $"\\u{{{rune.Value:X}}}" : rune.ToString());
                break;
        }
    }

    private void Add(Cell cell)
    {
        if (_rowWidth > 0 && _rowWidth + cell.Width + Bar.Length > _console.Profile.Width)
        {
            EndRow();
        }

        _row.Add(cell);
        _rowWidth += cell.Width + Bar.Length;
    }

    private void EndRow()
    {
        if (_row.Count == 0)
        {
            return;
        }

        var line = new Paragraph { Overflow = Overflow.Fold };
        foreach (Cell cell in _row)
        {
            line.Append(cell.Text, cell.Colour);
            line.Append(new string(' ', cell.Width - cell.TextWidth) + Bar);
        }

        line.Append("\n");
        foreach (Cell cell in _row)
        {
            line.Append(cell.Id.PadRight(cell.Width)).Append(Bar);
        }

        _console.Write(line);
        _console.WriteLine();
        _row.Clear();
        _rowWidth = 0;
    }

    private readonly record struct Cell(string Text, string Id, Style Colour)
    {
        public int TextWidth { get; } = new Segment(Text).CellCount();

        public int Width => Math.Max(TextWidth, Id.Length);
    }
}
