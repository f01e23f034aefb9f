using System.CommandLine;
using Harmony.Cli.Output;
using Harmony.Cli.Rpc;

namespace Harmony.Cli.Commands;

/// <summary><c>harmony rpc</c>: a sidecar for servers in other languages.</summary>
internal static class RpcCommand
{
    public static Command Create(StandardStreams streams)
    {
        var command = new Command(
            "rpc", "Serve requests, one JSON object a line, on standard input and output");
        command.SetAction(_ => Run(streams));
        return command;
    }

    public static int Run(StandardStreams streams)
    {
        new RpcServer(streams.Input, streams.Output).Run();
        return ExitCodes.Success;
    }
}
