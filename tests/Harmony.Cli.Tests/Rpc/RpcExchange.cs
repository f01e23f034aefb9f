using System.Text;
using Harmony.Cli.Rpc;
using Harmony.Cli.Tests.Support;

namespace Harmony.Cli.Tests.Rpc;

/// <summary>Requests to a server in this process, and its responses.</summary>
internal static class RpcExchange
{
    public static string[] Run(string requests, int bytesAtATime = int.MaxValue) =>
        Run(Encoding.UTF8.GetBytes(requests), bytesAtATime);

    public static string[] Run(byte[] requests, int bytesAtATime = int.MaxValue)
    {
        var output = new MemoryStream();
        new RpcServer(new SlowStream(requests, bytesAtATime), output).Run();
        string text = Encoding.UTF8.GetString(output.ToArray());
        Assert.True(text.Length == 0 || text.EndsWith('\n'));
        return text.Split('\n')[..^1];
    }
}
