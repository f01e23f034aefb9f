using System.Text.Json;

namespace InferenceServer.Playground;

/// <summary>The names of enumerations as JSON has them: <c>UndeclaredTool</c> is
/// <c>undeclared_tool</c>.</summary>
internal static class SnakeCase
{
    public static string Of<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(Enum.GetName(value)!);
}
