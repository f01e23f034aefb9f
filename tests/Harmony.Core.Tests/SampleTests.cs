namespace Harmony.Core.Tests;

/// <summary>The samples are what they say they are.</summary>
public class SampleTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    [Fact]
    public void Render_WeatherSample_HasTheToolsAsTheModelKnowsThem()
    {
        string prompt = Harmony.Decode(Harmony.RenderForCompletion(Read("weather.json")));
        Assert.StartsWith("<|start|>system<|message|>You are ChatGPT", prompt, StringComparison.Ordinal);
        Assert.Contains(
            "commentary channel: 'functions'.<|end|><|start|>developer<|message|># Instructions\n\n"
            + "Use a friendly tone.\n\n# Tools\n\n## functions\n\nnamespace functions {\n\n"
            + "// Gets the location of the user.\ntype get_location = () => any;\n\n"
            + "// Gets the current weather in the provided location.\n"
            + "type get_current_weather = (_: {\n// The city and state, e.g. San Francisco, CA\n"
            + "location: string,\nformat?: \"celsius\" | \"fahrenheit\", // default: celsius\n}) => any;\n\n",
            prompt,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "} // namespace functions<|end|><|start|>user<|message|>What is the weather like in SF?<|end|>"
            + "<|start|>assistant",
            prompt,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Reasoning_FinishedTurn_DropsTheThought()
    {
        Conversation chat = Read("reasoning.json");
        Message[] kept = [.. chat.Messages.Where(static message => message.Channel != Channels.Analysis)];
        Assert.Equal(Harmony.Render(Conversation.FromMessages(kept)), Harmony.Render(chat));
        Assert.Equal(
            [
                Message.Assistant("Simple arithmetic: 9 / 2 = 4.5.", Channels.Analysis),
                Message.Assistant("9 / 2 = 4.5.", Channels.Final),
            ],
            Harmony.ParseMessages(ReadIds("reasoning.completion.txt"), Role.Assistant));
    }

    [Fact]
    public void ToolCall_Completion_IsTheCallOfTheConversation()
    {
        Conversation chat = Read("tool-call.json");
        Message call = chat.Messages[4];
        Assert.Equal("functions.get_current_weather", call.Recipient);
        Assert.Equal(call, Harmony.ParseMessages(ReadIds("tool-call.completion.txt"), Role.Assistant)[1]);
        Assert.EndsWith(
            "<|start|>functions.get_current_weather to=assistant<|channel|>commentary<|message|>"
            + "{\"temperature\": 20, \"sunny\": true}<|end|><|start|>assistant",
            Harmony.Decode(Harmony.RenderForCompletion(chat)),
            StringComparison.Ordinal);
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "samples", name);

    private static Conversation Read(string name) => Conversation.Parse(File.ReadAllBytes(PathOf(name)));

    private static int[] ReadIds(string name) =>
        [.. File.ReadAllText(PathOf(name)).Split().Where(static id => id.Length > 0).Select(int.Parse)];
}
