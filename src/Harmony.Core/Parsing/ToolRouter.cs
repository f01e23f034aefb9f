namespace Harmony.Core.Parsing;

/// <summary>Decides whom a message is for. Immutable and thread-safe.</summary>
internal sealed class ToolRouter
{
    private const string FunctionsPrefix = ToolNamespace.FunctionsName + ".";

    // Keyed by full name and, where it is unambiguous, by the name without its namespace. Null if the tools are
    // not known.
    private readonly Dictionary<string, MessageDestination>.AlternateLookup<ReadOnlySpan<char>>? _declared;

    /// <summary>Creates a router.</summary>
    /// <param name="declared">The tools that may be called; null if they are not known.</param>
    public ToolRouter(ToolNamespaceCollection? declared)
    {
        if (declared is null)
        {
            return;
        }

        var destinations = new Dictionary<string, MessageDestination>(StringComparer.Ordinal);
        foreach (ToolNamespace one in declared.Values)
        {
            AddFullNames(one, destinations);
        }

        AddBareNames(declared, destinations);
        _declared = destinations.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether the declared tools are known.</summary>
    public bool KnowsTools => _declared is not null;

    /// <summary>Whether a message with this header calls a tool, known or not.</summary>
    public static bool IsCall(in ParsedHeader header) =>
        header.Author.Role == Role.Assistant
        && header.Recipient is not (null or Recipients.All)
        && !RoleExtensions.TryParse(header.Recipient, out _);

    /// <summary>Whom a message with this header is for.</summary>
    public MessageDestination DestinationOf(in ParsedHeader header)
    {
        if (header.Author.Role != Role.Assistant)
        {
            return MessageDestination.Unknown;
        }

        if (!IsCall(header))
        {
            return header.Channel switch
            {
                null or Channels.Final or Channels.Commentary => MessageDestination.User,
                Channels.Analysis => MessageDestination.Reasoning,
                _ => MessageDestination.Unknown,
            };
        }

        string recipient = header.Recipient!;
        if (_declared is { } declared)
        {
            return declared.TryGetValue(recipient, out MessageDestination destination)
                ? destination
                : MessageDestination.UndeclaredTool;
        }

        return IsBuiltIn(recipient) ? MessageDestination.BuiltInTool
            : recipient.StartsWith(FunctionsPrefix, StringComparison.Ordinal) ? MessageDestination.Function
            : MessageDestination.Unknown;
    }

    /// <summary>Whether a word names a declared tool, with or without its namespace.</summary>
    public bool IsDeclared(ReadOnlySpan<char> word) =>
        _declared is { } declared && declared.ContainsKey(word);

    /// <summary>Whether a word can only be a tool's name: it is declared, built in, or made of names with
    /// periods between them.</summary>
    public bool IsToolName(ReadOnlySpan<char> word) =>
        IsDeclared(word) || IsBuiltIn(word) || IsDotted(word);

    private static void AddFullNames(ToolNamespace one, Dictionary<string, MessageDestination> destinations)
    {
        MessageDestination destination = DestinationOf(one);

        // A namespace without tools, such as python, is called by its own name.
        if (one.Tools.IsEmpty && one.Name != ToolNamespace.FunctionsName)
        {
            destinations[one.Name] = destination;
        }

        foreach (ToolDescription tool in one.Tools)
        {
            destinations[$"{one.Name}.{tool.Name}"] = destination;
        }
    }

    /// <summary>Adds the names that models use without a namespace. Functions come before other tools. A name
    /// that several other tools share is ambiguous and is left out.</summary>
    private static void AddBareNames(
        ToolNamespaceCollection declared, Dictionary<string, MessageDestination> destinations)
    {
        foreach (ToolNamespace functions in declared.Where(static one => one.Name == ToolNamespace.FunctionsName))
        {
            foreach (ToolDescription tool in functions.Tools)
            {
                AddBareName(tool.Name, MessageDestination.Function, destinations);
            }
        }

        var others = declared.Where(static one => one.Name != ToolNamespace.FunctionsName)
            .SelectMany(static one => one.Tools.Select(tool => (tool.Name, Destination: DestinationOf(one))))
            .GroupBy(static tool => tool.Name, StringComparer.Ordinal)
            .Where(static tools => tools.Count() == 1);
        foreach ((string name, MessageDestination destination) in others.Select(static tools => tools.First()))
        {
            AddBareName(name, destination, destinations);
        }
    }

    private static void AddBareName(
        string name, MessageDestination destination, Dictionary<string, MessageDestination> destinations)
    {
        // A channel or a role can't be a name: it means something else in a header.
        if (!KnownWords.IsChannel(name) && !RoleExtensions.TryParse(name, out _))
        {
            destinations.TryAdd(name, destination);
        }
    }

    private static MessageDestination DestinationOf(ToolNamespace one) =>
        IsBuiltIn(one.Name) ? MessageDestination.BuiltInTool : MessageDestination.Function;

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
