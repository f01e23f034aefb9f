namespace Harmony.Core.Tests.Model;

/// <summary>Messages as the format's guide writes them.</summary>
public class MessageTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    [Fact]
    public void ToolCall_Rendered_IsTheGuidesCall()
    {
        Message call = Message.ToolCall("functions.get_weather", "{\"city\":\"Paris\"}");
        Assert.Equal(
            "<|start|>assistant to=functions.get_weather<|channel|>commentary <|constrain|>json<|message|>"
            + "{\"city\":\"Paris\"}<|call|>",
            Harmony.Decode(Harmony.Render(call)));
        Assert.Equal([call], Harmony.ParseMessages(Harmony.Render(call)));
        Assert.Equal(
            new Message(Role.Assistant, "{\"city\":\"Paris\"}")
            {
                Recipient = "functions.get_weather",
                Channel = "commentary",
                ContentType = "<|constrain|>json",
            },
            call);
    }

    [Fact]
    public void ToolResult_Rendered_IsTheGuidesAnswer()
    {
        Message result = Message.ToolResult("functions.get_weather", "20 °C");
        Assert.Equal(
            "<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>20 °C<|end|>",
            Harmony.Decode(Harmony.Render(result)));
        Assert.Equal([result], Harmony.ParseMessages(Harmony.Render(result)));
    }

    [Fact]
    public void ContentTypes_Constants_AreTheFormatsWords() =>
        Assert.Equal(("<|constrain|>json", "code"), (ContentTypes.Json, ContentTypes.Code));
}
