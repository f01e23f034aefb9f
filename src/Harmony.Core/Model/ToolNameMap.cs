using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Harmony.Core.Schemas;

namespace Harmony.Core;

/// <summary>
/// Maps tool names of any kind to the identifiers that the format needs, and back. An identifier has at most
/// 64 ASCII letters, digits and underscores and does not begin with a digit. No two names share one. The
/// identifiers depend on the set of names alone, not on its order, the process or the machine. Immutable and
/// thread-safe.
/// </summary>
/// <remarks>A name that is an identifier stays as it is. In any other name each run of other characters
/// becomes one underscore: <c>get-weather</c> is <c>get_weather</c>. If that is taken, too long, or the same
/// for several names, a hash of the name follows: <c>get_weather_19a275db</c>. So a name's identifier changes
/// only when a name that competes for it comes or goes. Words of TypeScript such as <c>delete</c> are
/// identifiers; the model does not mind.</remarks>
/// <example><code>
/// ToolNameMap names = ToolNameMap.Create(tools);
/// ToolNamespace offered = names.ToIdentifiers(tools);
/// names.TryGetNameOfRecipient(message.Recipient, out string? name);
/// </code></example>
public sealed class ToolNameMap
{
    /// <summary>The most characters of an identifier.</summary>
    internal const int MaxLength = 64;

    // An underscore and eight hexadecimal digits.
    private const int SuffixLength = 9;

    private readonly FrozenDictionary<string, string> _identifiers;
    private readonly FrozenDictionary<string, string> _names;

    private ToolNameMap(Dictionary<string, string> names)
    {
        _names = names.ToFrozenDictionary(StringComparer.Ordinal);
        _identifiers = names.ToFrozenDictionary(
            static pair => pair.Value, static pair => pair.Key, StringComparer.Ordinal);
    }

    /// <summary>Creates a map of names, in any order; repeated names are the same name.</summary>
    public static ToolNameMap Create(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var waiting = new SortedSet<string>(StringComparer.Ordinal);
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            ArgumentNullException.ThrowIfNull(name, nameof(names));
            if (name.Length <= MaxLength && Identifiers.IsIdentifier(name))
            {
                given[name] = name;
            }
            else
            {
                waiting.Add(name);
            }
        }

        foreach (IGrouping<string, string> group in
            waiting.GroupBy(static name => Identifiers.Make(name, "tool")).ToArray())
        {
            if (group.Key.Length <= MaxLength && group.Count() == 1 && given.TryAdd(group.Key, group.First()))
            {
                waiting.Remove(group.First());
            }
        }

        foreach (string name in waiting)
        {
            int attempt = 0;
            while (!given.TryAdd(Hashed(name, attempt), name))
            {
                attempt++;
            }
        }

        return new ToolNameMap(given);
    }

    /// <summary>Creates a map of the names of a namespace's tools.</summary>
    public static ToolNameMap Create(ToolNamespace tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        return Create(tools.Tools.Select(static tool => tool.Name));
    }

    /// <summary>Gets the identifier of a name.</summary>
    /// <exception cref="HarmonyValueException">The map has no such name.</exception>
    public string GetIdentifier(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _identifiers.TryGetValue(name, out string? identifier)
            ? identifier
            : throw new HarmonyValueException($"Unknown tool name: {name}.", name, "a name of the map");
    }

    /// <summary>Finds the name of an identifier.</summary>
    public bool TryGetName(string identifier, [NotNullWhen(true)] out string? name)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return _names.TryGetValue(identifier, out name);
    }

    /// <summary>Finds the name of the tool that a message's recipient means, such as
    /// <c>functions.get_weather</c>, or <c>get_weather</c> alone, which models write now and then. Does not
    /// allocate. A recipient without its namespace may also be a built-in tool that was declared: ask for the
    /// message's <see cref="MessageDestination"/> first.</summary>
    /// <param name="recipient">The recipient; null for none.</param>
    /// <param name="name">The tool's name; null when the method returns false.</param>
    /// <param name="namespaceName">The namespace that holds the tools.</param>
    public bool TryGetNameOfRecipient(
        string? recipient,
        [NotNullWhen(true)] out string? name,
        string namespaceName = ToolNamespace.FunctionsName)
    {
        ArgumentNullException.ThrowIfNull(namespaceName);
        ReadOnlySpan<char> identifier = recipient;
        if (identifier.Length > namespaceName.Length && identifier[namespaceName.Length] == '.'
            && identifier.StartsWith(namespaceName))
        {
            identifier = identifier[(namespaceName.Length + 1)..];
        }

        name = null;
        return recipient is not null
            && _names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(identifier, out name);
    }

    /// <summary>Returns a copy of a namespace whose tools are named by their identifiers, for
    /// prompts.</summary>
    /// <exception cref="HarmonyValueException">The map lacks the name of a tool.</exception>
    public ToolNamespace ToIdentifiers(ToolNamespace tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        return tools with { Tools = Rename(tools.Tools, GetIdentifier) };
    }

    /// <summary>Returns a copy of a namespace whose tools have their names again: undoes
    /// <see cref="ToIdentifiers"/>.</summary>
    /// <exception cref="HarmonyValueException">The map lacks the identifier of a tool.</exception>
    public ToolNamespace ToNames(ToolNamespace tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        return tools with
        {
            Tools = Rename(tools.Tools, identifier => TryGetName(identifier, out string? name)
                ? name
                : throw new HarmonyValueException(
                    $"Unknown tool: {identifier}.", identifier, "an identifier of the map")),
        };
    }

    private static ValueList<ToolDescription> Rename(
        ValueList<ToolDescription> tools, Func<string, string> rename) =>
        ValueList.FromEnumerable(tools.Select(tool => tool with { Name = rename(tool.Name) }));

    private static string Hashed(string name, int attempt)
    {
        string made = Identifiers.Make(name, "tool");
        string seed = attempt == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} {attempt}");
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(seed));
        string start = made.Length <= MaxLength - SuffixLength ? made : made[..(MaxLength - SuffixLength)];
        return $"{start}_{Convert.ToHexStringLower(hash.AsSpan(0, 4))}";
    }
}
