using System.Text;
using Harmony.Core.Schemas;

namespace Harmony.Core.Tests;

/// <summary>A schema as the type that prompts show.</summary>
internal static class PrintedSchema
{
    /// <summary>The type; null if printing takes more than a number of bytes.</summary>
    public static string? TryPrint(
        JsonSchema schema, SchemaStyle style = SchemaStyle.Reference, int maxLength = int.MaxValue) =>
        schema.TryGetType(style, maxLength) is PrintedType type ? Encoding.UTF8.GetString(type.Utf8) : null;

    public static string Print(JsonSchema schema, SchemaStyle style = SchemaStyle.Reference) =>
        TryPrint(schema, style)!;

    public static string Print(string schema, SchemaStyle style = SchemaStyle.Reference) =>
        Print(JsonSchema.Parse(schema), style);
}
