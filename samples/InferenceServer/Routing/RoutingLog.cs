using Harmony.Engines;

namespace InferenceServer.Routing;

/// <summary>What is logged of replicas.</summary>
internal static partial class RoutingLog
{
    [LoggerMessage(LogLevel.Warning, "The engine {Name} is left out for now: {Error}, status {Status}.")]
    public static partial void Out(ILogger logger, string name, TokenGenerationError error, int? status);

    [LoggerMessage(LogLevel.Information, "The engine {Name} is back.")]
    public static partial void Back(ILogger logger, string name);
}
