using Harmony.OpenAI;

namespace InferenceServer.Serving;

/// <summary>Those who share a key, or all if there are no keys: they share held conversations and the
/// engine's cache. Thread-safe.</summary>
/// <param name="Store">Holds their conversations.</param>
/// <param name="CacheSalt">Parts their prompts from those of others in the engine's cache; null if there are
/// no others.</param>
internal sealed record Tenant(ResponseStore Store, string? CacheSalt);
