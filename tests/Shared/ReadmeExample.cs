namespace Harmony.Tests;

/// <summary>An example out of a Markdown file: a program of top-level statements whose comments say what it
/// prints.</summary>
internal sealed partial class ReadmeExample
{
    private const string Fence = "```";
    private const string Prints = "// prints: ";

    private ReadmeExample(int line, string source)
    {
        Line = line;
        Source = source;
    }

    /// <summary>The line of the file on which the example starts, from 1.</summary>
    public int Line { get; }

    public string Source { get; }

    /// <summary>What the comments promise, line by line.</summary>
    public string[] Promised =>
        [.. Source.Split('\n').Where(static line => line.Contains(Prints, StringComparison.Ordinal))
            .Select(static line => line[(line.IndexOf(Prints, StringComparison.Ordinal) + Prints.Length)..].TrimEnd())];

    /// <summary>The C# blocks of a Markdown text.</summary>
    public static IReadOnlyList<ReadmeExample> FindAll(string markdown)
    {
        var examples = new List<ReadmeExample>();
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() == Fence + "csharp")
            {
                int end = Array.FindIndex(lines, i + 1, static line => line.Trim() == Fence);
                examples.Add(new ReadmeExample(i + 2, string.Join('\n', lines[(i + 1)..end])));
                i = end;
            }
        }

        return examples;
    }
}
