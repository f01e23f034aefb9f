using System.Text.Json;
using Harmony.Core;

namespace Harmony.OpenAI.Mapping;

/// <summary>Reads the JSON Schemas of requests.</summary>
internal static class Schemas
{
    public static JsonSchema Read(JsonElement schema, string path)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw Refusals.Invalid(path, "a JSON Schema is an object.");
        }

        try
        {
            return JsonSchema.FromElement(schema);
        }
        catch (HarmonyJsonException error)
        {
            throw Refusals.Invalid(path, error.Message, error);
        }
    }
}
