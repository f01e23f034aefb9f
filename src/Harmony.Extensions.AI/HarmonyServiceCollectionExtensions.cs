using Harmony.Engines;
using Harmony.Extensions.AI;
using Microsoft.Extensions.AI;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers chat clients of engines.</summary>
public static class HarmonyServiceCollectionExtensions
{
    /// <summary>Registers a singleton <see cref="IChatClient"/> on the <see cref="ITokenGenerator"/> that is
    /// registered.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">How the client speaks to the model; null for the defaults.</param>
    /// <returns>The same services.</returns>
    /// <remarks>For a pipeline, use <c>AddChatClient</c> of Microsoft.Extensions.AI:
    /// <c>services.AddChatClient(s =&gt; s.GetRequiredService&lt;ITokenGenerator&gt;().AsIChatClient())</c>.
    /// </remarks>
    public static IServiceCollection AddHarmonyChatClient(
        this IServiceCollection services, HarmonyChatClientOptions? options = null) =>
        services.AddHarmonyChatClient(
            static provider => provider.GetRequiredService<ITokenGenerator>(), options);

    /// <summary>Registers a singleton <see cref="IChatClient"/> on an engine.</summary>
    /// <param name="services">The services.</param>
    /// <param name="generator">Gives the engine; called once. The container does not dispose the engine
    /// unless it is a service of its own.</param>
    /// <param name="options">How the client speaks to the model; null for the defaults.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddHarmonyChatClient(
        this IServiceCollection services,
        Func<IServiceProvider, ITokenGenerator> generator,
        HarmonyChatClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(generator);
        return services.AddSingleton(provider => generator(provider).AsIChatClient(options));
    }
}
