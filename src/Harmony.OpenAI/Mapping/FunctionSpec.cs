using System.Text.Json;

namespace Harmony.OpenAI.Mapping;

/// <summary>A function that a request declares, and its place there.</summary>
internal readonly record struct FunctionSpec(
    string Path, string? Name, string? Description, JsonElement? Parameters);
