using Harmony.Cli;
using Harmony.Cli.Output;

return Application.Run(args, StandardStreams.OfProcess());
