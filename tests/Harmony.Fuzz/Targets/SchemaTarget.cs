using System.Text.Json;
using Harmony.Core;
using Harmony.Fuzz.Inputs;

namespace Harmony.Fuzz.Targets;

/// <summary>Schemas: read, printed, spelled as they were, equal to themselves by way of a tool's JSON.</summary>
internal sealed class SchemaTarget : IFuzzTarget
{
    public string Name => "schema";

    public void Run(FuzzCase one)
    {
        string json = JsonMaker.NextSchema(one);
        one.Note("schema", System.Text.Encoding.UTF8.GetBytes(json));
        JsonSchema schema = JsonSchema.Parse(json);
        FuzzException.ThrowUnless(schema.ToString() == json, "spelling");
        using (JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 512 }))
        {
            JsonSchema element = JsonSchema.FromElement(document.RootElement);
            FuzzException.ThrowUnless(element.Equals(schema), "by way of an element");
        }

        Conversation conversation = Offering(schema);
        FuzzException.ThrowUnless(
            Conversation.Parse(conversation.ToJson()).Equals(conversation), "by way of a conversation");
        string prompt = Prompt(conversation);
        FuzzException.ThrowUnless(prompt.Contains("type f = (_: ", StringComparison.Ordinal), "in the prompt");
        FuzzException.ThrowUnless(prompt == Prompt(Offering(JsonSchema.Parse(json))), "printed twice");
    }

    private static Conversation Offering(JsonSchema schema) =>
        [Message.Developer(new DeveloperContent().WithFunctionTools(new ToolDescription("f", "F", schema)))];

    private static string Prompt(Conversation conversation) =>
        HarmonyEncoding.OpenAI.Decode(HarmonyEncoding.OpenAI.Render(conversation));
}
