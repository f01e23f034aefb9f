// A tool loop of gpt-oss, by llama.cpp in this process: dotnet run -- gpt-oss-20b.gguf [QUESTION]
using Harmony.Core;
using Harmony.Engines;
using Harmony.Samples;
using LLama;
using LLama.Common;
using LLama.Native;

if (args is not [string path, ..])
{
    Console.Error.WriteLine("Name a model: dotnet run -- gpt-oss-20b.gguf [QUESTION]");
    return 2;
}

NativeLibraryConfig.All.WithLogCallback(static (level, text) =>
{
    if (level == LLamaLogLevel.Error)
    {
        Console.Error.Write(text);
    }
});

// Four conversations at once, of 8,192 ids each.
var parameters = new ModelParams(path) { ContextSize = 4 * 8192, SeqMax = 4, BatchSize = 512 };
using LLamaWeights model = LLamaWeights.LoadFromFile(parameters);
await using var generator = new LLamaSharpGenerator(model, parameters);
var runner = new TurnRunner(generator);

Conversation chat =
[
    Message.System(SystemContent.Default),
    Message.Developer(new DeveloperContent().WithFunctionTools(new ToolDescription(
        "get_weather", "The weather at a place.",
        JsonSchema.Parse("""{"type":"object","properties":{"location":{"type":"string"}}}""")))),
    Message.User(args.Length > 1 ? args[1] : "How is the weather in Paris?"),
];
while (true)
{
    TurnResult result = await runner.RunToEndAsync(chat, sessionId: "chat");
    Console.WriteLine($"{result.CachedPromptTokens} of {result.PromptTokens} prompt ids were cached.");
    foreach (Message message in result.Messages)
    {
        Console.WriteLine($"[{message.Channel}] {message.Recipient} {message.Text}");
        chat = chat.Add(message);
    }

    if (result.FinishReason != TurnFinishReason.ToolCalls)
    {
        return 0;
    }

    chat = chat.Add(Message.ToolResult(result.Messages[^1].Recipient!, """{"sunny":true}"""));
}
