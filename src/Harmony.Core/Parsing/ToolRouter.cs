namespace Harmony.Core.Parsing;

/// <summary>Tells whom a message is for. Immutable.</summary>
internal sealed class ToolRouter
{
    private const string FunctionsPrefix = ToolNamespace.FunctionsName + ".";

    // By full names and, where these leave no doubt, by the names without their namespace.
    private readonly Dictionary<string, HarmonyRoute>.AlternateLookup<ReadOnlySpan<char>>? _declared;

    /// <summary>A router.</summary>
    /// <param name="declared">The tools that may be called; null if they are not known.</param>
    public ToolRouter(ToolNamespaceCollection? declared)
    {
        if (declared is null)
        {
            return;
        }

        var routes = new Dictionary<string, HarmonyRoute>(StringComparer.Ordinal);
        foreach (ToolNamespace one in declared.Values)
        {
            AddFullNames(one, routes);
        }

        AddBareNames(declared, routes);
        _declared = routes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether the declared tools are known.</summary>
    public bool KnowsTools => _declared is not null;

    /// <summary>Whether a message with such a header calls a tool, known or not.</summary>
    public static bool IsCall(in ParsedHeader header) =>
        header.Author.Role == Role.Assistant
        && header.Recipient is not (null or "all")
        && !RoleExtensions.TryParse(header.Recipient, out _);

    /// <summary>Whom a message with such a header is for.</summary>
    public HarmonyRoute RouteOf(in ParsedHeader header)
    {
        if (header.Author.Role != Role.Assistant)
        {
            return HarmonyRoute.Unknown;
        }

        if (!IsCall(header))
        {
            return header.Channel switch
            {
                null or Channels.Final or Channels.Commentary => HarmonyRoute.User,
                Channels.Analysis => HarmonyRoute.Reasoning,
                _ => HarmonyRoute.Unknown,
            };
        }

        string recipient = header.Recipient!;
        if (_declared is { } declared)
        {
            return declared.TryGetValue(recipient, out HarmonyRoute route) ? route : HarmonyRoute.UndeclaredTool;
        }

        return IsBuiltIn(recipient) ? HarmonyRoute.BuiltInTool
            : recipient.StartsWith(FunctionsPrefix, StringComparison.Ordinal) ? HarmonyRoute.Function
            : HarmonyRoute.Unknown;
    }

    /// <summary>Whether a word names a declared tool, with its namespace or without.</summary>
    public bool IsDeclared(ReadOnlySpan<char> word) =>
        _declared is { } declared && declared.ContainsKey(word);

    /// <summary>Whether a word can only be a tool's name: one that is declared or built in, or words with
    /// periods between them.</summary>
    public bool IsToolName(ReadOnlySpan<char> word) =>
        IsDeclared(word) || IsBuiltIn(word) || IsDotted(word);

    private static void AddFullNames(ToolNamespace one, Dictionary<string, HarmonyRoute> routes)
    {
        HarmonyRoute route = RouteOf(one);

        // A namespace without tools, such as python, is called by its own name.
        if (one.Tools.IsEmpty && one.Name != ToolNamespace.FunctionsName)
        {
            routes[one.Name] = route;
        }

        foreach (ToolDescription tool in one.Tools)
        {
            routes[$"{one.Name}.{tool.Name}"] = route;
        }
    }

    /// <summary>Adds the names that models use without their namespace. A function has its name before other
    /// tools; a name that several of those share stands for none of them.</summary>
    private static void AddBareNames(
        ToolNamespaceCollection declared, Dictionary<string, HarmonyRoute> routes)
    {
        foreach (ToolNamespace functions in declared.Where(static one => one.Name == ToolNamespace.FunctionsName))
        {
            foreach (ToolDescription tool in functions.Tools)
            {
                AddBareName(tool.Name, HarmonyRoute.Function, routes);
            }
        }

        var others = declared.Where(static one => one.Name != ToolNamespace.FunctionsName)
            .SelectMany(static one => one.Tools.Select(tool => (tool.Name, Route: RouteOf(one))))
            .GroupBy(static tool => tool.Name, StringComparer.Ordinal)
            .Where(static tools => tools.Count() == 1);
        foreach ((string name, HarmonyRoute route) in others.Select(static tools => tools.First()))
        {
            AddBareName(name, route, routes);
        }
    }

    private static void AddBareName(string name, HarmonyRoute route, Dictionary<string, HarmonyRoute> routes)
    {
        // A word that means something else in a header can't be a name there.
        if (!KnownWords.IsChannel(name) && !RoleExtensions.TryParse(name, out _))
        {
            routes.TryAdd(name, route);
        }
    }

    private static HarmonyRoute RouteOf(ToolNamespace one) =>
        IsBuiltIn(one.Name) ? HarmonyRoute.BuiltInTool : HarmonyRoute.Function;

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
