namespace Harmony.Core;

/// <summary>How JSON is read and written: by <c>Parse</c>, <c>ToJson</c> and <c>WriteTo</c> of the model's
/// types, or by System.Text.Json with a <see cref="HarmonyJsonConverter"/>. Immutable.</summary>
public sealed record HarmonyJsonOptions
{
    /// <summary>The defaults: as the reference, which skips unknown members and knows no sampled
    /// ids.</summary>
    public static HarmonyJsonOptions Default { get; } = new();

    /// <summary>Whether members that the model does not have, such as <c>tool_calls</c> or a misspelled name,
    /// are refused when reading. Off by default: they are skipped.</summary>
    public bool RefuseUnknownMembers { get; init; }

    /// <summary>Called for each unknown member that is skipped when reading, with its path, such as
    /// <c>$.messages[2].tool_calls</c>. Null by default.</summary>
    public Action<string>? UnknownMemberSkipped { get; init; }

    /// <summary>
    /// Whether a message's <see cref="Message.SampledIds"/> are written and read, as the member
    /// <c>sampled_tokens</c>, so that a stored conversation goes on with the same ids. Off by default. Ids
    /// that are read must say what the message says: parsed, they have to give the same author, recipient,
    /// channel, content type and text, and special tokens may stand only where the format has them. Ids that
    /// would be refused are not written; their messages are tokenized again. Read ids only where you wrote
    /// them: <see cref="RenderOptions.CheckHeaders"/> does not check headers that were sampled.
    /// </summary>
    public bool KeepSampledIds { get; init; }
}
