using Harmony.Core;

namespace Harmony.Cli.Input;

/// <summary>What can be told of a completion by its first id.</summary>
internal static class Completions
{
    /// <summary>The role whose turn a completion continues, where nothing else says it: the assistant; none if
    /// the completion has a start marker of its own.</summary>
    public static Role? RoleOf(ReadOnlySpan<int> ids, HarmonyEncoding encoding) =>
        ids is [int first, ..] && encoding.Tokenizer.SpecialTokens.TryGetId("<|start|>", out int start)
            && first == start
            ? null
            : Role.Assistant;
}
