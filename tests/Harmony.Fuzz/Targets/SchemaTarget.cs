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
        FuzzException.ThrowUnless(JsonSchema.FromElement(schema.ToElement()).Equals(schema), "by way of an element");
        FuzzException.ThrowUnless(
            SchemaPrinter.Print(schema) == SchemaPrinter.Print(JsonSchema.Parse(json)), "printed twice");

        Conversation conversation =
            [Message.Developer(new DeveloperContent().WithFunctionTools(new ToolDescription("f", "F", schema)))];
        FuzzException.ThrowUnless(
            HarmonyJson.ReadConversation(conversation.ToJson()).Equals(conversation), "by way of a conversation");
        string prompt = HarmonyEncoding.OpenAI.Decode(HarmonyEncoding.OpenAI.Render(conversation));
        FuzzException.ThrowUnless(
            prompt.Contains($"type f = (_: {SchemaPrinter.Print(schema)}) => any;", StringComparison.Ordinal), "in the prompt");
    }
}
