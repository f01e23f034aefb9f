using Harmony.Engines;
using Harmony.Extensions.AI.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace Harmony.Extensions.AI.Tests.Frameworks;

/// <summary>Chat completion of Semantic Kernel, with a plugin.</summary>
public sealed class SemanticKernelTests
{
    private static readonly string Call = Scripts.Call.Replace("get_weather", "Weather_get_weather", StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChatCompletion_WithAPlugin_InvokesIt(bool streams)
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Call, Scripts.Answer);
        var cities = new List<string>();
        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.Plugins.AddFromFunctions("Weather",
        [
            KernelFunctionFactory.CreateFromMethod(
                (string city) =>
                {
                    cities.Add(city);
                    return $"rain in {city}";
                },
                "get_weather"),
        ]);
        Kernel kernel = builder.Build();
        IChatCompletionService service = engine.AsIChatClient().AsBuilder()
            .UseKernelFunctionInvocation().Build(kernel.Services).AsChatCompletionService(kernel.Services);
        var history = new ChatHistory("Be brief.");
        history.AddUserMessage("Rain in Oslo?");
        var settings = new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        string text = "";
        if (streams)
        {
            await foreach (StreamingChatMessageContent one in
                service.GetStreamingChatMessageContentsAsync(history, settings, kernel))
            {
                text += one.Content;
            }
        }
        else
        {
            text = (await service.GetChatMessageContentAsync(history, settings, kernel)).Content!;
        }

        Assert.Equal("Yes.", text);
        Assert.Equal(["Oslo"], cities);
        Assert.StartsWith(engine.Prompt(0) + Call, engine.Prompt(1), StringComparison.Ordinal);
        Assert.EndsWith("<|message|>rain in Oslo<|end|><|start|>assistant", engine.Prompt(1), StringComparison.Ordinal);
    }
}
