// A tool loop of gpt-oss, by ONNX Runtime GenAI in this process: dotnet run -- FOLDER-OF-THE-MODEL [QUESTION]
// With --demo it writes a tiny model that plays the loop, and checks what came of it.
using System.Diagnostics;
using Harmony.Core;
using Harmony.Engines;
using Harmony.Samples;
using Microsoft.ML.OnnxRuntimeGenAI;
using Message = Harmony.Core.Message;

const string Weather = "How is the weather in Paris?";

switch (args)
{
    case ["--demo"]:
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            DemoModel.Write(folder.FullName);
            IReadOnlyList<Message> messages = await RunAsync(folder.FullName, Weather, 0);
            bool isRight = messages.Any(static one =>
                    one.Recipient == "functions.get_weather" && one.Text == DemoModel.Arguments)
                && messages[^1].Text == DemoModel.Answer;
            Console.WriteLine(isRight ? "The call and the answer are right." : "The model said otherwise.");
            return isRight ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }

    case [string path, .. string[] question]:
        await RunAsync(path, question is [string asked, ..] ? asked : Weather, null);
        return 0;

    default:
        Console.Error.WriteLine("Name the folder of a model, or --demo.");
        return 2;
}

static async Task<IReadOnlyList<Message>> RunAsync(string path, string question, double? temperature)
{
    using var runtime = new OgaHandle();
    using var model = new Model(path);
    using var generator = new OnnxGenerator(model);
    var runner = new TurnRunner(generator);
    Conversation chat =
    [
        Message.System(SystemContent.Default),
        Message.Developer(new DeveloperContent().WithFunctionTools(new ToolDescription(
            "get_weather", "The weather at a place.",
            JsonSchema.Parse("""{"type":"object","properties":{"location":{"type":"string"}}}""")))),
        Message.User(question),
    ];
    var options = new TurnOptions { Temperature = temperature };
    var messages = new List<Message>();
    while (true)
    {
        long start = Stopwatch.GetTimestamp();
        TurnResult turn = await runner.RunToEndAsync(chat, options, "chat");
        foreach (Message message in turn.Messages)
        {
            Console.WriteLine($"[{message.Channel}] {message.Recipient} {message.Text}");
        }

        Console.WriteLine(
            $"{turn.PromptTokens} prompt ids, {turn.CachedPromptTokens} of them cached; "
            + $"{turn.Completion.Total} sampled; {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms");
        messages.AddRange(turn.Messages);
        if (turn.FinishReason != TurnFinishReason.ToolCalls)
        {
            return messages;
        }

        Message result = Message.ToolResult(turn.Messages[^1].Recipient!, """{"sunny":true}""");
        chat = chat.Add([.. turn.Messages, result]);
    }
}
