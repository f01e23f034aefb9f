using System.ClientModel;
using System.Text;
using Harmony.Core;
using Harmony.Engines;
using InferenceServer.Support;
using Microsoft.Extensions.AI;
using OpenAI;

namespace InferenceServer;

/// <summary>Microsoft.Extensions.AI's chat client over OpenAI's, which calls functions itself.</summary>
public sealed class ExtensionsAIClientTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponse_WithAFunction_CallsItAndAnswers(bool streams)
    {
        var engine = ScriptedTokenGenerator.FromText(Prompts.Call, Prompts.Hello);
        await using TestServer server = await TestServer.StartAsync(engine);
        List<string> places = [];
        AIFunction weather = AIFunctionFactory.Create(
            (string place) =>
            {
                places.Add(place);
                return "Sunny.";
            },
            "get_weather");
        using IChatClient client = new OpenAIClient(
                new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(server.Address, "/v1") })
            .GetChatClient("gpt-oss-20b").AsIChatClient().AsBuilder().UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [weather] };

        string text;
        if (streams)
        {
            var all = new StringBuilder();
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(
                "Rain?", options, TestServer.Cancelled))
            {
                all.Append(update.Text);
            }

            text = all.ToString();
        }
        else
        {
            text = (await client.GetResponseAsync("Rain?", options, TestServer.Cancelled)).Text;
        }

        Assert.Equal(["Oslo"], places);
        Assert.EndsWith("Ahoy, wörld!", text, StringComparison.Ordinal);
        Assert.Equal(2, engine.Requests.Count);
        int[] before = [.. engine.Requests[0].PromptIds.Span, .. Prompts.Ids(Prompts.Call)];
        Assert.StartsWith(
            HarmonyEncoding.OpenAI.Decode(before),
            HarmonyEncoding.OpenAI.Decode(engine.Requests[1].PromptIds.Span),
            StringComparison.Ordinal);
        Assert.Equal(before, engine.Requests[1].PromptIds.ToArray()[..before.Length]);
    }
}
