namespace Harmony.Core.Parsing;

/// <summary>Tells for whom a message is. Immutable.</summary>
internal sealed class ToolRouter
{
    private const string FunctionsPrefix = ToolNamespace.FunctionsName + ".";

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>>? _declared;

    /// <summary>A router.</summary>
    /// <param name="declared">The tools that may be called; null for any.</param>
    public ToolRouter(ToolNamespaceCollection? declared)
    {
        if (declared is null)
        {
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ToolNamespace one in declared.Values)
        {
            // A namespace without tools, such as python, is called by its own name.
            if (one.Tools.IsEmpty)
            {
                names.Add(one.Name);
            }

            foreach (ToolDescription tool in one.Tools)
            {
                names.Add($"{one.Name}.{tool.Name}");
            }
        }

        _declared = names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>For whom a message with such a header is.</summary>
    public HarmonyRoute RouteOf(in ParsedHeader header)
    {
        if (header.Author.Role != Role.Assistant)
        {
            return HarmonyRoute.Unknown;
        }

        string? recipient = header.Recipient;
        if (recipient is null or "all" || RoleWords.TryParse(recipient, out _))
        {
            return header.Channel switch
            {
                null or Channels.Final or Channels.Commentary => HarmonyRoute.User,
                Channels.Analysis => HarmonyRoute.Reasoning,
                _ => HarmonyRoute.Unknown,
            };
        }

        if (_declared is { } declared && !declared.Contains(recipient))
        {
            return HarmonyRoute.UndeclaredTool;
        }

        return IsBuiltIn(recipient) ? HarmonyRoute.BuiltInTool
            : _declared is not null || recipient.StartsWith(FunctionsPrefix, StringComparison.Ordinal)
                ? HarmonyRoute.Function
            : HarmonyRoute.UndeclaredTool;
    }

    /// <summary>Whether a word can only be a tool's name: one that is declared or built in, or words with
    /// periods between them.</summary>
    public bool IsToolName(ReadOnlySpan<char> word) =>
        (_declared is { } declared && declared.Contains(word)) || IsBuiltIn(word) || IsDotted(word);

    private static bool IsBuiltIn(ReadOnlySpan<char> name)
    {
        int period = name.IndexOf('.');
        return (period < 0 ? name : name[..period]) is "browser" or "python";
    }

    private static bool IsDotted(ReadOnlySpan<char> word)
    {
        bool isInside = false;
        bool hasPeriod = false;
        foreach (char c in word)
        {
            if (c == '.')
            {
                if (!isInside)
                {
                    return false;
                }

                hasPeriod = true;
                isInside = false;
            }
            else if (char.IsLetterOrDigit(c) || c is '_' or '-')
            {
                isInside = true;
            }
            else
            {
                return false;
            }
        }

        return hasPeriod && isInside;
    }
}
