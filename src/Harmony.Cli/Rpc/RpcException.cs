namespace Harmony.Cli.Rpc;

/// <summary>A request that can't be served; the response tells why and of what kind the reason is.</summary>
internal sealed class RpcException(string kind, string message) : Exception(message)
{
    /// <summary>Input that does not fit the model.</summary>
    public const string Value = "value";

    /// <summary>A failure to render, parse or decode.</summary>
    public const string Harmony = "harmony";

    /// <summary>A line that is no request.</summary>
    public const string Request = "request";

    public string Kind => kind;
}
