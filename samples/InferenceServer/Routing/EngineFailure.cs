using System.Net;
using Harmony.Engines;

namespace InferenceServer.Routing;

/// <summary>Tells whose fault a failure of an engine is.</summary>
internal static class EngineFailure
{
    /// <summary>Whether the engine refuses this server and not the request: its key, or the address that it
    /// was configured with.</summary>
    public static bool IsOfSetup(TokenGenerationException failure) => failure.StatusCode is
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
        or HttpStatusCode.MethodNotAllowed or HttpStatusCode.ProxyAuthenticationRequired;

    /// <summary>Whether a failure says something of the replica, and nothing of the request.</summary>
    public static bool IsOfReplica(TokenGenerationException failure) => IsOfSetup(failure) || failure.Error is
        TokenGenerationError.Unavailable or TokenGenerationError.Interrupted
        or TokenGenerationError.InvalidResponse or TokenGenerationError.TimedOut;

    /// <summary>Whether another replica may do better.</summary>
    public static bool MayAskAnother(TokenGenerationException failure) => IsOfReplica(failure)
        || failure.Error is TokenGenerationError.Unknown or TokenGenerationError.Overloaded;
}
