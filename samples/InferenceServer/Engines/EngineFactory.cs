using Harmony.Engines;
using InferenceServer.Configuration;

namespace InferenceServer.Engines;

/// <summary>Makes the engine that the options name.</summary>
internal static class EngineFactory
{
    public static ITokenGenerator Create(ServerOptions options, TimeProvider time) => Script(options, time);

    private static ITokenGenerator Script(ServerOptions options, TimeProvider time)
    {
        var script = Engines.Script.Read(options.ScriptFile);
        var generator = new ScriptedTokenGenerator(script.Play)
        {
            RecordsRequests = false,
            YieldsBetweenChunks = true,
        };
        return options.Pace > TimeSpan.Zero ? new PacedGenerator(generator, options.Pace, time) : generator;
    }
}
