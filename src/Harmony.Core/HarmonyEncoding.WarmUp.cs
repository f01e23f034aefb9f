namespace Harmony.Core;

public sealed partial class HarmonyEncoding
{
    /// <summary>Makes the first calls of a process as fast as later ones: compiles the code of tokenizing,
    /// rendering and parsing. Call it when a server starts, before it reports that it is ready.</summary>
    /// <remarks>Takes some hundred milliseconds under the JIT, a few otherwise. Thread-safe; calling it again
    /// is harmless.</remarks>
    public void WarmUp()
    {
        Tokenizer.WarmUp();
        Conversation chat = Conversation.Parse(SampleConversation().ToJson());
        var held = new ConversationRenderer(this);
        var parser = new HarmonyParser(this);
        for (int round = 0; round < 2; round++)
        {
            RenderForCompletion(chat);
            RenderPooled(chat, RenderOptions.Completion).Dispose();
            held.Update(chat);
            held.Render();

            // What a model may answer: a thought, then a call, which are also parsed back.
            int[] completion = Render([chat[^2], chat[^1]])[2..];
            ParseMessages(completion, Role.Assistant);
            ReadAll(parser, completion);
        }
    }

    private static Conversation SampleConversation()
    {
        var parameters = JsonSchema.Parse("""
            {"type":"object","description":"All.","required":["a"],"properties":{
              "a":{"type":"string","enum":["x","y"],"description":"One.","default":"x"},
              "b":{"type":"array","items":{"type":"number"},"nullable":true},
              "c":{"oneOf":[{"type":"string","description":"Text."},{"type":"object","properties":{}}],"title":"C"}}}
            """);
        return
        [
            Message.System(SystemContent.Default.WithBrowserTool()),
            Message.Developer(new DeveloperContent { Instructions = "Be brief." }.WithFunctionTools(
                new ToolDescription("get_current_weather", "Gets the weather.", parameters))),
            Message.User("Hello, how are you?"),
            Message.Assistant("The user greets.", Channels.Analysis),
            Message.Assistant("Fine, thanks.", Channels.Final),
            Message.ToolResult("functions.get_current_weather", "{}"),
            Message.Assistant("I call the tool.", Channels.Analysis),
            Message.ToolCall("functions.get_current_weather", """{"a":"x"}"""),
        ];
    }

    private static void ReadAll(HarmonyParser parser, ReadOnlySpan<int> completion)
    {
        parser.Reset();
        foreach (int id in completion)
        {
            parser.Push(id);
            while (parser.TryRead(out HarmonySegment segment))
            {
                _ = segment.Text;
            }
        }

        parser.Complete();
        while (parser.TryRead(out _))
        {
        }
    }
}
