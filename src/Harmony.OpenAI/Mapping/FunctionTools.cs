using Harmony.Core;

namespace Harmony.OpenAI.Mapping;

/// <summary>The functions of a request, the names that stand for them, and which must be called.</summary>
internal sealed class FunctionTools
{
    /// <summary>What a prompt says if a call is required and there are several functions.</summary>
    public const string CallInstruction = "Call one of the functions before you answer.";

    private FunctionTools(ToolNameMap names, ToolNamespace? declared, string? requiredTool, bool mustCall)
    {
        Names = names;
        Declared = declared;
        RequiredTool = requiredTool;
        MustCall = mustCall;
    }

    public ToolNameMap Names { get; }

    public ToolNamespace? Declared { get; }

    public string? RequiredTool { get; }

    public bool MustCall { get; }

    /// <summary>Reads the functions and the choice among them.</summary>
    /// <param name="specs">The functions.</param>
    /// <param name="otherNames">Names in the history, of functions that may be declared no more.</param>
    /// <param name="choice">The choice; null for the model's own.</param>
    public static FunctionTools Read(
        IReadOnlyList<FunctionSpec> specs, IEnumerable<string> otherNames, ToolChoice? choice)
    {
        var descriptions = new List<ToolDescription>(specs.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (FunctionSpec spec in specs)
        {
            string name = string.IsNullOrWhiteSpace(spec.Name)
                ? throw Refusals.Missing($"{spec.Path}.name")
                : spec.Name;
            if (!seen.Add(name))
            {
                throw Refusals.Invalid($"{spec.Path}.name", $"another function is named '{name}'.");
            }

            descriptions.Add(new ToolDescription(
                name,
                spec.Description ?? "",
                spec.Parameters is { } schema ? Schemas.Read(schema, $"{spec.Path}.parameters") : null));
        }

        ToolNameMap names = ToolNameMap.Create(seen.Concat(otherNames));
        string? mode = choice?.Mode;
        ToolNamespace? declared = descriptions.Count == 0 || mode == "none"
            ? null
            : names.ToIdentifiers(ToolNamespace.Functions([.. descriptions]));
        string? required = mode switch
        {
            null or "auto" or "none" => null,
            "required" when descriptions.Count == 0 =>
                throw Refusals.Invalid("tool_choice", "'required' needs 'tools'."),
            "required" => descriptions.Count == 1 ? descriptions[0].Name : null,
            "function" when choice!.Name is null =>
                throw Refusals.Invalid("tool_choice", "it names no function."),
            "function" => seen.Contains(choice.Name)
                ? choice.Name
                : throw Refusals.Invalid("tool_choice", $"no tool is named '{choice.Name}'."),
            _ => throw Refusals.Unsupported(
                "tool_choice", $"'{mode}' is not possible; use 'auto', 'none', 'required' or a function."),
        };
        return new FunctionTools(
            names,
            declared,
            required is null ? null : $"{ToolNamespace.FunctionsName}.{names.GetIdentifier(required)}",
            mode is "required" or "function");
    }
}
