using Harmony.Engines;
using Harmony.Extensions.AI.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Harmony.Extensions.AI.Tests;

/// <summary>How clients are made and registered.</summary>
public sealed class RegistrationTests
{
    private static readonly HarmonyChatClientOptions Options = new() { ModelId = "gpt-oss-20b" };

    [Fact]
    public void GetService_OfAClient_GivesWhatItIs()
    {
        var runner = new TurnRunner(Scripts.Engine());
        using IChatClient client = runner.AsIChatClient(Options);

        ChatClientMetadata metadata = client.GetService<ChatClientMetadata>()!;
        Assert.Equal(("harmony", "gpt-oss-20b"), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(runner, client.GetService<TurnRunner>());
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Null(client.GetService<string>());
        Assert.Null(client.GetService(typeof(TurnRunner), "key"));
    }

    [Fact]
    public async Task AddHarmonyChatClient_WithAnEngineInTheContainer_UsesIt()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<ITokenGenerator>(Scripts.Engine(Scripts.Answer))
            .AddHarmonyChatClient(Options).BuildServiceProvider();

        ChatResponse response = await services.GetRequiredService<IChatClient>().GetResponseAsync("Hi");
        Assert.Equal(("Yes.", "gpt-oss-20b"), (response.Text, response.ModelId));
        Assert.Same(services.GetRequiredService<IChatClient>(), services.GetRequiredService<IChatClient>());
    }

    [Fact]
    public async Task AddHarmonyChatClient_WithAFactory_UsesItsEngine()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddHarmonyChatClient(static _ => Scripts.Engine(Scripts.Answer)).BuildServiceProvider();

        Assert.Equal("Yes.", (await services.GetRequiredService<IChatClient>().GetResponseAsync("Hi")).Text);
    }

    [Fact]
    public void AsIChatClient_OfNull_Throws()
    {
        Assert.Throws<ArgumentNullException>(static () => ((ITokenGenerator)null!).AsIChatClient());
        Assert.Throws<ArgumentNullException>(static () => ((TurnRunner)null!).AsIChatClient());
    }
}
