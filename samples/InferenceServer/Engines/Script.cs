using System.Text.Json;
using System.Text.RegularExpressions;
using Harmony.Bpe;
using Harmony.Core;
using Harmony.Engines;
using InferenceServer.Configuration;

namespace InferenceServer.Engines;

/// <summary>A list of completions, of which each request gets the first that fits its prompt.
/// Thread-safe.</summary>
internal sealed partial class Script
{
    private const string DemoName = "demo.script.json";
    private const string ToolPrefix = "functions.";

    private static readonly HarmonyEncoding Encoding = HarmonyEncoding.OpenAI;
    private static readonly int StartId = IdsOf("<|start|>")[0];
    private static readonly int MessageId = IdsOf("<|message|>")[0];
    private static readonly int[] EndIds = IdsOf("<|end|><|call|><|return|>");

    private readonly ScriptEntry[] _entries;

    private Script(ScriptEntry[] entries) => _entries = entries;

    [GeneratedRegex(@"\{(user|result|function)\}")]
    private static partial Regex Placeholder { get; }

    /// <summary>Reads a script.</summary>
    /// <param name="path">The file; null for the demonstration.</param>
    /// <exception cref="OptionsException">The file is no script.</exception>
    public static Script Read(string? path)
    {
        using Stream json = path is null
            ? typeof(Script).Assembly.GetManifestResourceStream(DemoName)!
            : File.OpenRead(path);
        try
        {
            ScriptEntry[] entries = JsonSerializer.Deserialize(json, ScriptJson.Default.ScriptEntryArray) ?? [];
            return entries.Length > 0
                && entries.All(static one => one is { After: null or "user" or "tool" or "call" })
                ? new Script(entries)
                : throw new OptionsException($"The script {path ?? DemoName} needs entries, whose 'after' is "
                    + "'user', 'tool' or 'call'.");
        }
        catch (JsonException error)
        {
            throw new OptionsException(
                $"The script {path ?? DemoName} is no list of entries with 'completion', 'when', 'after' and "
                + $"'tools': line {error.LineNumber + 1}, {error.Path}.");
        }
    }

    /// <summary>The completion for a request.</summary>
    /// <exception cref="TokenGenerationException">No entry fits.</exception>
    public ReadOnlyMemory<int> Play(TokenRequest request)
    {
        List<(string Author, string Text)> messages = ReadPrompt(request.PromptIds.Span, out bool isInCall);
        string LastOf(string author) => messages.LastOrDefault(
            one => one.Author.StartsWith(author, StringComparison.Ordinal)).Text ?? "";

        string user = LastOf("user");
        string? function = FindFunction(LastOf("developer"));
        string end = isInCall ? "call"
            : messages.Count > 0 && messages[^1].Author.StartsWith(ToolPrefix, StringComparison.Ordinal) ? "tool"
            : "user";
        ScriptEntry entry = _entries.FirstOrDefault(one =>
                (one.After is null || one.After == end)
                && (one.Tools is null || one.Tools == function is not null)
                && (one.When is null || user.Contains(one.When, StringComparison.OrdinalIgnoreCase)))
            ?? throw new TokenGenerationException(
                TokenGenerationError.InvalidRequest, "The script has no completion for this prompt.");
        return Fill(entry.Completion, name => name switch
        {
            "user" => user,
            "result" => LastOf(ToolPrefix),
            _ => function ?? "",
        });
    }

    /// <summary>Encodes a completion. What stands for a placeholder is text, whatever it spells.</summary>
    private static int[] Fill(string completion, Func<string, string> valueOf)
    {
        List<int> ids = [];
        int start = 0;
        foreach (Match match in Placeholder.Matches(completion))
        {
            ids.AddRange(IdsOf(completion[start..match.Index]));
            ids.AddRange(Encoding.Encode(valueOf(match.Groups[1].Value), EncodeOptions.Ordinary));
            start = match.Index + match.Length;
        }

        ids.AddRange(IdsOf(completion[start..]));
        return [.. ids];
    }

    /// <summary>Reads who wrote what. The header that the prompt ends with is no message.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="isInCall">Whether the prompt ends within a message, for the model to go on.</param>
    private static List<(string Author, string Text)> ReadPrompt(ReadOnlySpan<int> prompt, out bool isInCall)
    {
        List<(string Author, string Text)> messages = [];
        isInCall = false;
        while (prompt.IndexOf(StartId) is int start and >= 0)
        {
            prompt = prompt[(start + 1)..];
            int content = prompt.IndexOf(MessageId);
            if (content < 0)
            {
                break;
            }

            string author = Encoding.Decode(prompt[..content]);
            prompt = prompt[(content + 1)..];
            int end = prompt.IndexOfAny(EndIds);
            isInCall = end < 0;
            messages.Add((author, Encoding.Decode(end < 0 ? prompt : prompt[..end])));
        }

        return messages;
    }

    // The developer message declares functions as TypeScript types.
    [GeneratedRegex(@"namespace functions \{.*?^type (\w+) = ", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Declaration { get; }

    private static int[] IdsOf(string text) => Encoding.Encode(text, EncodeOptions.AllSpecial);

    private static string? FindFunction(string developer) =>
        Declaration.Match(developer) is { Success: true } match ? match.Groups[1].Value : null;
}
