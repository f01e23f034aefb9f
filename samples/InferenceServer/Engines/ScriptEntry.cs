namespace InferenceServer.Engines;

/// <summary>A completion of a script, and when it is played. What is null is not asked for.</summary>
/// <param name="Completion">The completion, with special tokens spelled out. <c>{user}</c> stands for the
/// last user message, <c>{result}</c> for the last tool's result, <c>{function}</c> for the name of the
/// first function that is declared.</param>
/// <param name="When">Words of the last user message, in any case.</param>
/// <param name="After">What the prompt ends with: <c>user</c> or <c>tool</c>, whose message is the last, or
/// <c>call</c>, if the model must go on with a call.</param>
/// <param name="Tools">Whether functions are declared.</param>
internal sealed record ScriptEntry(
    string Completion, string? When = null, string? After = null, bool? Tools = null);
