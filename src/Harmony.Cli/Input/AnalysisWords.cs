using Harmony.Core;

namespace Harmony.Cli.Input;

/// <summary>The words that stand for policies on the command line and over rpc.</summary>
internal static class AnalysisWords
{
    public const string Expected = "drop_before_first_final, drop_finished_turns or keep_all";

    /// <summary>The policy that a word names; null if it names none.</summary>
    public static AnalysisPolicy? Parse(string word) => word switch
    {
        "drop_before_first_final" => AnalysisPolicy.DropBeforeFirstFinal,
        "drop_finished_turns" => AnalysisPolicy.DropFinishedTurns,
        "keep_all" => AnalysisPolicy.KeepAll,
        _ => null,
    };
}
