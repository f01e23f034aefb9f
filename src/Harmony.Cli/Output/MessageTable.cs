using Harmony.Core;
using Spectre.Console;

namespace Harmony.Cli.Output;

/// <summary>Messages as a table.</summary>
internal static class MessageTable
{
    public static void Write(TextWriter writer, bool isTerminal, Conversation conversation)
    {
        Table table = new Table()
            .Border(isTerminal ? TableBorder.Rounded : TableBorder.Ascii)
            .AddColumns("author", "channel", "recipient", "type", "content");
        foreach (Message message in conversation)
        {
            string author = message.Author.Name is string name
                ? $"{message.Role.ToWord()}: {name}"
                : message.Role.ToWord();
            table.AddRow(
                new Text(author, new Style(Color.Aqua)),
                new Text(message.Channel ?? "", new Style(Color.Yellow)),
                new Text(message.Recipient ?? ""),
                new Text(message.ContentType ?? ""),
                new Text(message.Text));
        }

        TerminalConsole.Create(writer, isTerminal).Write(table);
    }
}
