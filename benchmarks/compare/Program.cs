using System.CommandLine;
using Harmony.Compare;
using Harmony.Compare.Runs;
using Harmony.Compare.Tools;

var files = new Argument<string[]>("FILE")
{
    Description = "Texts to encode, packed (.gz) or not; none: those of tests/Corpora",
    Arity = ArgumentArity.ZeroOrMore,
    DefaultValueFactory = static _ => [],
};
var peers = new Option<string[]>("--peer")
{
    Description = "A peer's name and the command that times it, given FILE, MODE and PASSES; may be repeated",
    HelpName = "NAME=COMMAND",
    Arity = ArgumentArity.OneOrMore,
    AllowMultipleArgumentsPerToken = false,
    DefaultValueFactory = static _ => [],
};
var noTiktoken = new Option<bool>("--no-tiktoken") { Description = "Do not look for tiktoken" };
var modes = new Option<string[]>("--mode")
{
    Description = "whole, docs, cold or fresh; may be repeated; none: all",
    HelpName = "MODE",
    Arity = ArgumentArity.OneOrMore,
    AllowMultipleArgumentsPerToken = false,
    DefaultValueFactory = static _ => [],
};
var rounds = new Option<int?>("--rounds") { Description = "How often each pair is run (5)", HelpName = "N" };
var passes = new Option<int?>("--passes") { Description = "Passes in each warm run (9)", HelpName = "N" };
var output = new Option<string?>("--output")
{
    Description = "Folder for the results; none: benchmarks/results/ and the processor's name",
    HelpName = "FOLDER",
};

var root = new RootCommand("Times harmony beside other encoders of o200k, after comparing their ids")
{
    files, peers, noTiktoken, modes, rounds, passes, output,
};
root.SetAction(result =>
{
    try
    {
        string[] words = result.GetRequiredValue(modes);
        var settings = new Settings
        {
            Files = result.GetRequiredValue(files),
            Peers = [.. result.GetRequiredValue(peers).Select(PeerTool.Parse)],
            WithTiktoken = !result.GetValue(noTiktoken),
            Output = result.GetValue(output),
        };
        settings = settings with
        {
            Modes = words.Length > 0 ? [.. words.Select(Modes.Parse).Distinct().Order()] : settings.Modes,
            Rounds = result.GetValue(rounds) ?? settings.Rounds,
            Passes = result.GetValue(passes) ?? settings.Passes,
        };
        settings.Check();
        Application.Run(settings);
        return 0;
    }
    catch (CompareException e)
    {
        Console.Error.WriteLine($"compare: {e.Message}");
        return 1;
    }
});
return root.Parse(args).Invoke();
