using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>A named group of tools, such as <c>functions</c> or the built-in <c>browser</c>.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed partial record ToolNamespace
{
    /// <summary>The name of the namespace that holds an application's functions.</summary>
    public const string FunctionsName = "functions";

    /// <summary>Creates a namespace of tools.</summary>
    /// <param name="name">The name, written in the heading and before <c>{</c>.</param>
    /// <param name="tools">The tools, in the order in which they are written.</param>
    public ToolNamespace(string name, params ReadOnlySpan<ToolDescription> tools)
    {
        Name = Defined.NotNull(name);
        Tools = ValueList.Create(tools);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; init => field = Defined.NotNull(value); }

    /// <summary>Gets what the tools are for, written below the heading; null for nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the tools, in order.</summary>
    public ValueList<ToolDescription> Tools { get; init; }

    /// <summary>Gets how the parameters' schemas are written; by default as the reference writes
    /// them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no style.</exception>
    public SchemaStyle SchemaStyle { get; init => field = Defined.OrThrow(value); }

    /// <summary>Gets the built-in browser: search, open, find.</summary>
    public static ToolNamespace Browser { get; } = BuiltInTools.CreateBrowser();

    /// <summary>Gets the built-in python tool: a stateful notebook.</summary>
    public static ToolNamespace Python { get; } = BuiltInTools.CreatePython();

    /// <summary>Creates the namespace <c>functions</c> of an application's functions.</summary>
    public static ToolNamespace Functions(params ReadOnlySpan<ToolDescription> tools) =>
        new(FunctionsName, tools);

    /// <summary>Finds a built-in namespace by its name, <c>browser</c> or <c>python</c>.</summary>
    public static bool TryGetBuiltIn(string name, [NotNullWhen(true)] out ToolNamespace? found)
    {
        found = name switch
        {
            "browser" => Browser,
            "python" => Python,
            _ => null,
        };
        return found is not null;
    }

    /// <summary>Gets a built-in namespace by its name, <c>browser</c> or <c>python</c>.</summary>
    /// <exception cref="HarmonyValueException">There is none of this name.</exception>
    public static ToolNamespace GetBuiltIn(string name) =>
        TryGetBuiltIn(name, out ToolNamespace? found)
            ? found
            : throw new HarmonyValueException(
                $"Unknown tool namespace: {name}. Expected browser or python.", name, "browser or python");
}
