using System.ClientModel;
using System.Text;
using Harmony.RealEngines.Tests.Model;
using Harmony.RealEngines.Tests.Support;
using Harmony.Samples;
using InferenceServer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using OpenAI;

namespace Harmony.RealEngines.Tests;

/// <summary>The sample server with llama.cpp as its engine, and Microsoft.Extensions.AI's client on the other
/// end of a socket.</summary>
[Collection(nameof(LlamaCppTests))]
public sealed class ServerTests(LlamaCpp engine)
{
    private const string Prompt = "How is the weather in ";

    [Fact]
    public async Task GetStreamingResponse_ToolLoopsAtOnce_AreNotMixedUp()
    {
        await using LLamaSharpGenerator generator = engine.Start(sequences: 4);
        await using WebApplication app = await StartAsync(generator);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            string city = ModelScript.Cities[i % ModelScript.Cities.Length];
            List<string> places = [];
            using IChatClient client = Connect(app);
            var text = new StringBuilder();
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(
                $"{Prompt}{city}?", WithTool(places), TestContext.Current.CancellationToken))
            {
                text.Append(update.Text);
            }

            Assert.Equal([city], places);
            Assert.Equal(Chats.AnswerFor(city), text.ToString());
        }));

        Assert.Equal(0, generator.ActiveCount);
    }

    [Fact]
    public async Task GetResponse_ATurnAfterACall_ReadsOnlyTheResult()
    {
        await using LLamaSharpGenerator generator = engine.Start();
        await using WebApplication app = await StartAsync(generator);
        using IChatClient client = Connect(app, invokes: false);
        ChatOptions options = WithTool([]);
        List<ChatMessage> chat = [new(ChatRole.User, $"{Prompt}Paris?")];

        ChatResponse call = await client.GetResponseAsync(chat, options, TestContext.Current.CancellationToken);
        chat.AddMessages(call);
        FunctionCallContent content = call.Messages[0].Contents.OfType<FunctionCallContent>().Single();
        chat.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(content.CallId, "Sunny.")]));
        ChatResponse answer = await client.GetResponseAsync(chat, options, TestContext.Current.CancellationToken);

        Assert.Equal(Chats.AnswerFor("Paris"), answer.Text);

        // The engine had read the first prompt, and all that it sampled but the stop id: the client sent text
        // without the reasoning, and the prompt is the same all the same.
        Assert.Equal(
            call.Usage!.InputTokenCount + call.Usage.OutputTokenCount - 1, answer.Usage!.CachedInputTokenCount);
    }

    private static async Task<WebApplication> StartAsync(LLamaSharpGenerator generator)
    {
        WebApplication app = ServerApplication.Create(
            ["--urls", "http://127.0.0.1:0"], generator, static builder => builder.Logging.ClearProviders());
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static IChatClient Connect(WebApplication app, bool invokes = true)
    {
        IChatClient client = new OpenAIClient(
                new ApiKeyCredential("none"),
                new OpenAIClientOptions { Endpoint = new Uri(new Uri(app.Urls.Single()), "/v1") })
            .GetChatClient("gpt-oss-20b").AsIChatClient();
        return invokes ? client.AsBuilder().UseFunctionInvocation().Build() : client;
    }

    private static ChatOptions WithTool(List<string> places) => new()
    {
        Temperature = 0,
        Tools =
        [
            AIFunctionFactory.Create(
                (string location) =>
                {
                    places.Add(location);
                    return "Sunny.";
                },
                "get_weather",
                "The weather at a place."),
        ],
    };
}
