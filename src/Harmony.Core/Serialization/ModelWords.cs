using System.Diagnostics.CodeAnalysis;

namespace Harmony.Core.Serialization;

/// <summary>The words that stand for enums in JSON, besides those of <see cref="RoleExtensions"/>.</summary>
internal static class ModelWords
{
    public const string Efforts = "Low, Medium or High";
    public const string Styles = "reference or extended";

    public static string Of(ReasoningEffort effort) => Defined.OrThrow(effort) switch
    {
        ReasoningEffort.Low => "Low",
        ReasoningEffort.Medium => "Medium",
        _ => "High",
    };

    public static string Of(SchemaStyle style) =>
        Defined.OrThrow(style) == SchemaStyle.Extended ? "extended" : "reference";

    public static bool TryParse(string word, [NotNullWhen(true)] out ReasoningEffort? effort)
    {
        effort = word switch
        {
            "Low" => ReasoningEffort.Low,
            "Medium" => ReasoningEffort.Medium,
            "High" => ReasoningEffort.High,
            _ => null,
        };
        return effort is not null;
    }

    public static bool TryParse(string word, [NotNullWhen(true)] out SchemaStyle? style)
    {
        style = word switch
        {
            "reference" => SchemaStyle.Reference,
            "extended" => SchemaStyle.Extended,
            _ => null,
        };
        return style is not null;
    }
}
