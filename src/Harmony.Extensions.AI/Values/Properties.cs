using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Values;

/// <summary>Reads additional properties.</summary>
internal static class Properties
{
    /// <summary>Gets a property that is a string, or was one before it went through JSON; null if there is
    /// none.</summary>
    public static string? FindText(this AdditionalPropertiesDictionary? properties, string name)
    {
        if (properties is null || !properties.TryGetValue(name, out object? value))
        {
            return null;
        }

        return value is JsonElement { ValueKind: JsonValueKind.String } element
            ? JsonStrings.TextOf(element)
            : value as string;
    }
}
