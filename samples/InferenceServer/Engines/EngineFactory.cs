using Harmony.Engines;
using InferenceServer.Configuration;
using InferenceServer.Routing;

namespace InferenceServer.Engines;

/// <summary>Makes the engine that the options name.</summary>
internal static class EngineFactory
{
    // A million ids of prompts for each replica, in about 6 MB.
    private const int MaxBlocks = 1 << 16;

    /// <summary>Makes an engine. It is disposed if it can be.</summary>
    /// <exception cref="OptionsException">A script cannot be read.</exception>
    public static ITokenGenerator Create(
        ServerOptions options, TimeProvider time, ILogger<RoutedGenerator> logger) =>
        options.Engine == EngineKind.Scripted ? CreateScripted(options, time) : CreateRouted(options, time, logger);

    private static ITokenGenerator CreateScripted(ServerOptions options, TimeProvider time)
    {
        var script = Script.Read(options.ScriptFile);
        var generator = new ScriptedTokenGenerator(script.Play)
        {
            RecordsRequests = false,
            YieldsBetweenChunks = true,
        };
        return options.Pace > TimeSpan.Zero ? new PacedGenerator(generator, options.Pace, time) : generator;
    }

    private static RoutedGenerator CreateRouted(
        ServerOptions options, TimeProvider time, ILogger<RoutedGenerator> logger)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),

            // Addresses of names are looked up again from time to time.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = int.MaxValue,
        };
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        List<Replica> replicas = [.. options.Addresses.Select(address => new Replica(
            address.Authority, Connect(http, options, address, time), MaxBlocks))];
        return new RoutedGenerator(new ReplicaSet(replicas, time), logger, http);
    }

    private static ITokenGenerator Connect(
        HttpClient http, ServerOptions options, Uri address, TimeProvider time)
    {
        bool isAlone = options.Addresses.Count == 1;
        HttpGeneratorOptions settings = new()
        {
            BaseAddress = address,
            Model = options.EngineModel,

            // With several replicas, the other half of the request's time is for another one.
            FirstTokenTimeout = isAlone ? options.Timeout : options.Timeout / 2,
            SessionHeader = options.SessionHeader,
            TimeProvider = time,

            // With several replicas, another one is asked instead.
            MaxRetries = isAlone ? 2 : 0,
        };
        return options.Engine switch
        {
            EngineKind.LlamaCpp => new LlamaCppGenerator(http, settings),
            EngineKind.Vllm => new VllmGenerator(http, settings),
            _ => new SglangGenerator(http, settings),
        };
    }
}
