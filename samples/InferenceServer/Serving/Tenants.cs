using System.Security.Cryptography;
using System.Text;
using Harmony.OpenAI;
using InferenceServer.Configuration;

namespace InferenceServer.Serving;

/// <summary>Tells the tenants by their keys. Thread-safe.</summary>
internal sealed class Tenants
{
    private const string Scheme = "Bearer ";

    private readonly List<(byte[] KeyHash, Tenant Tenant)> _byKey;
    private readonly Tenant? _everyone;

    public Tenants(ServerOptions options)
    {
        int count = Math.Max(1, options.ApiKeys.Count);
        ResponseStore NewStore() => new(options.MaxConversations / count, options.MaxConversationBytes / count);
        _everyone = options.ApiKeys.Count == 0 ? new Tenant(NewStore(), CacheSalt: null) : null;
        _byKey = [.. options.ApiKeys.Select(key =>
        {
            byte[] hash = Hash(key);
            return (hash, new Tenant(NewStore(), Convert.ToHexStringLower(SHA256.HashData(hash).AsSpan(0, 16))));
        })];
    }

    /// <summary>The tenant of a request; null if it has no key or a wrong one.</summary>
    public Tenant? Find(HttpRequest request)
    {
        if (_everyone is not null)
        {
            return _everyone;
        }

        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        // All keys are compared, in a time that does not tell how much of one was right.
        byte[] hash = Hash(header[Scheme.Length..].Trim());
        Tenant? found = null;
        foreach ((byte[] keyHash, Tenant tenant) in _byKey)
        {
            found = CryptographicOperations.FixedTimeEquals(keyHash, hash) ? tenant : found;
        }

        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
