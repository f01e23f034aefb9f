using Harmony.Engines;
using InferenceServer.Configuration;
using InferenceServer.Engines;
using InferenceServer.Playground;
using InferenceServer.Routing;
using InferenceServer.Serving;
using InferenceServer.Telemetry;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace InferenceServer;

/// <summary>Makes the server, as <c>Program</c> and the tests start it.</summary>
public static class ServerApplication
{
    private const string Prefix = "HARMONY_";
    private const int BytesOfSessionToken = 8;

    /// <summary>The server for the arguments of a command line, not started.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="engine">The engine; null for the one that the arguments name. The caller disposes it, if
    /// need be.</param>
    /// <param name="configure">Changes the builder last; null to leave it as it is.</param>
    /// <returns>The application.</returns>
    public static WebApplication Create(
        string[] args, ITokenGenerator? engine = null, Action<WebApplicationBuilder>? configure = null)
    {
        OptionsReader.Check(args);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
        builder.Configuration.AddEnvironmentVariables(Prefix);
        builder.Configuration.AddCommandLine(args);
        ServerOptions options = ReadOptions(builder.Configuration);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        });
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = options.Drain + TimeSpan.FromSeconds(10));
        builder.Services.AddSingleton(options)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new TurnRunnerOptions
            {
                MaxSessions = options.MaxConversations,
                MaxSessionTokens = options.MaxConversationBytes / BytesOfSessionToken,
            })
            .AddSingleton<TurnRunner>()
            .AddSingleton<Admission>()
            .AddSingleton<Draining>()
            .AddHostedService(static services => services.GetRequiredService<Draining>())
            .AddSingleton<Tenants>()
            .AddSingleton<TurnServer>()
            .AddServerMetrics();
        _ = engine is null
            ? builder.Services.AddSingleton(static services => EngineFactory.Create(
                services.GetRequiredService<ServerOptions>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<RoutedGenerator>>()))
            : builder.Services.AddSingleton(engine);
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        app.UseKeys();
        app.MapOpenAI();
        app.MapServer();
        app.MapPrometheusScrapingEndpoint();
        app.MapPlayground();
        return app;
    }

    // ASP.NET Core also reads variables without the prefix. A container's TIMEOUT or ENGINE is not meant.
    private static ServerOptions ReadOptions(ConfigurationManager all)
    {
        using var own = new ConfigurationManager();
        foreach (IConfigurationSource source in all.Sources)
        {
            if (source is not EnvironmentVariablesConfigurationSource { Prefix: not Prefix })
            {
                own.Sources.Add(source);
            }
        }

        return new OptionsReader(own).Read();
    }
}
