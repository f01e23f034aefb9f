// Chats with gpt-oss through Microsoft.Extensions.AI, with a function that is really called. No model is needed: the
// engine plays two turns that were written down. For a real one, take
// new LlamaCppGenerator(new HttpClient { BaseAddress = new Uri("http://localhost:8080") }).
using System.ComponentModel;
using Harmony.Engines;
using Microsoft.Extensions.AI;

ITokenGenerator engine = ScriptedTokenGenerator.FromText(
    "<|channel|>analysis<|message|>The tool knows.<|end|><|start|>assistant<|channel|>commentary "
    + "to=functions.get_weather <|constrain|>json<|message|>{\"city\":\"Oslo\"}<|call|>",
    "<|channel|>final<|message|>It rains in Oslo, so take an umbrella.<|return|>");

using IChatClient client = engine.AsIChatClient().AsBuilder().UseFunctionInvocation().Build();
var options = new ChatOptions
{
    Instructions = "Be brief.",
    Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Low },
    Tools = [AIFunctionFactory.Create(GetWeather, "get_weather")],
};

List<ChatMessage> chat = [new(ChatRole.User, "Do I need an umbrella in Oslo?")];
List<ChatResponseUpdate> updates = [];
await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(chat, options))
{
    updates.Add(update);
    foreach (AIContent content in update.Contents)
    {
        Console.Write(content switch
        {
            TextReasoningContent reasoning => reasoning.Text,
            TextContent text => text.Text,
            FunctionCallContent call => $"\n-> {call.Name}, city: {call.Arguments!["city"]}\n",
            FunctionResultContent result => $"<- {result.Result}\n",
            _ => "",
        });
    }
}

// Keep the messages as they are: the next prompt then repeats the ids that were sampled.
chat.AddMessages(updates);
Console.WriteLine();
Console.WriteLine($"{chat.Count} messages, {updates.ToChatResponse().Usage!.OutputTokenCount} ids sampled");

[Description("The weather in a city.")]
static string GetWeather([Description("The city.")] string city) => $"rain in {city}";
