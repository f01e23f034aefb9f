using System.Buffers;
using System.Text.Json;
using Harmony.Core;
using Harmony.Engines;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Requests;

/// <summary>The tools of a request: what the prompt says of them, and their names there and here. Immutable
/// and thread-safe.</summary>
internal sealed class ToolSet
{
    /// <summary>The recipient of calls of the built-in python tool, and their name.</summary>
    public const string Python = "python";

    /// <summary>The argument that holds the code of a call of the built-in python tool.</summary>
    public const string CodeArgument = "code";

    private const string FunctionsPrefix = ToolNamespace.FunctionsName + ".";
    private const string BrowserPrefix = "browser.";

    private static readonly SearchValues<char> WordCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    private readonly AITool[] _tools;
    private readonly Dictionary<string, AIFunctionDeclaration> _functions;
    private readonly ToolNameMap _names;

    private ToolSet(AITool[] tools, SchemaStyle style)
    {
        _tools = tools;
        HasPython = tools.Any(static tool => tool is HostedCodeInterpreterTool);
        HasBrowser = tools.Any(static tool => tool is HostedWebSearchTool);
        _functions = new Dictionary<string, AIFunctionDeclaration>(StringComparer.Ordinal);
        foreach (AITool tool in tools)
        {
            AddFunction(tool);
        }

        _names = ToolNameMap.Create(_functions.Keys);
        if (_functions.Count > 0)
        {
            Functions = ToolNamespace.Functions([.. _functions.Values.Select(Describe)]) with
            {
                SchemaStyle = style,
            };
        }
    }

    public static ToolSet None { get; } = new([], SchemaStyle.Reference);

    /// <summary>The functions, under identifiers; null for none.</summary>
    public ToolNamespace? Functions { get; }

    /// <summary>The name of the only function; null if there are none or several.</summary>
    public string? OnlyFunction => _functions.Count == 1 ? _functions.Keys.First() : null;

    public bool HasPython { get; }

    public bool HasBrowser { get; }

    public static ToolSet Create(IEnumerable<AITool> tools, SchemaStyle style) => new([.. tools], style);

    /// <summary>Whether the set was made of exactly these tools.</summary>
    public bool IsOf(IList<AITool> tools)
    {
        if (tools.Count != _tools.Length)
        {
            return false;
        }

        for (int i = 0; i < _tools.Length; i++)
        {
            if (!ReferenceEquals(_tools[i], tools[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a recipient is a built-in tool, declared or not.</summary>
    public static bool IsBuiltIn(string recipient) =>
        recipient == Python || recipient.StartsWith(BrowserPrefix, StringComparison.Ordinal);

    /// <summary>Finds a function by its name.</summary>
    public bool TryGetFunction(string name, out AIFunctionDeclaration? function) =>
        _functions.TryGetValue(name, out function);

    /// <summary>Returns the recipient of a call, with its namespace, by the name that the application has for
    /// the function. Whatever the name is, the result can stand in a header.</summary>
    public string GetRecipient(string name)
    {
        if (_functions.ContainsKey(name))
        {
            return FunctionsPrefix + _names.GetIdentifier(name);
        }

        // A name that has its namespace, such as browser.search, must not get another.
        bool isWord = name.Length > 0 && !name.AsSpan().ContainsAnyExcept(WordCharacters);
        return isWord && (name == Python || name.Contains('.')) ? name
            : FunctionsPrefix + ToolNameMap.Create(name).GetIdentifier(name);
    }

    /// <summary>Returns the name that the application has for the function that a message calls.</summary>
    public string GetName(TurnMessage header)
    {
        string recipient = header.Recipient!;
        return header.Destination switch
        {
            MessageDestination.Function when _names.TryGetNameOfRecipient(recipient, out string? name) =>
                name,
            MessageDestination.BuiltInTool when recipient != Python && !recipient.Contains('.') =>
                BrowserPrefix + recipient,
            _ => header.ToolName!,
        };
    }

    private void AddFunction(AITool tool)
    {
        switch (tool)
        {
            // The application's own python or browser: what runs the calls of the built-in tool.
            case AIFunctionDeclaration own when (HasPython && own.Name == Python)
                || (HasBrowser && own.Name.StartsWith(BrowserPrefix, StringComparison.Ordinal)):
                break;
            case AIFunctionDeclaration function:
                _functions[function.Name] = function;
                break;
            case HostedCodeInterpreterTool or HostedWebSearchTool:
                break;
            default:
                throw new NotSupportedException(
                    $"ChatOptions.Tools has '{tool?.Name}', a {tool?.GetType().Name ?? "null"}, which "
                    + $"gpt-oss does not know. Offer a function ({nameof(AIFunction)}), "
                    + $"{nameof(HostedCodeInterpreterTool)} (python) or "
                    + $"{nameof(HostedWebSearchTool)} (browser).");
        }
    }

    private ToolDescription Describe(AIFunctionDeclaration function) => new(
        _names.GetIdentifier(function.Name), function.Description, SchemaOf(function));

    private static JsonSchema? SchemaOf(AIFunctionDeclaration function)
    {
        JsonElement schema = function.JsonSchema;
        try
        {
            bool takesNothing = schema.ValueKind != JsonValueKind.Object
                || (schema.TryGetProperty("properties", out JsonElement properties)
                    && properties.ValueKind == JsonValueKind.Object
                    && !properties.EnumerateObject().MoveNext());
            return takesNothing ? null : JsonSchema.FromElement(schema);
        }
        catch (Exception e) when (e is HarmonyJsonException or InvalidOperationException)
        {
            throw new NotSupportedException(
                $"The schema of the function '{function.Name}' cannot be written into a prompt: {e.Message}",
                e);
        }
    }
}
