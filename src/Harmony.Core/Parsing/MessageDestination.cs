namespace Harmony.Core;

/// <summary>Whom a message is for.</summary>
public enum MessageDestination
{
    /// <summary>Unclear: the channel is unknown, the author is not the assistant, or the declared tools are
    /// not known and the recipient is neither a function nor a built-in tool.</summary>
    Unknown,

    /// <summary>The user: the channel is <c>final</c>, or <c>commentary</c> without a recipient, or there is
    /// none.</summary>
    User,

    /// <summary>No one: the chain of thought, on the channel <c>analysis</c>. Not to be shown to the
    /// user.</summary>
    Reasoning,

    /// <summary>A function: the recipient is <c>functions.…</c>, on any channel, or a declared tool of a
    /// namespace that is not built in. A declared function may be called by its name alone.</summary>
    Function,

    /// <summary>A built-in tool: <c>browser</c> or <c>python</c>.</summary>
    BuiltInTool,

    /// <summary>A tool that is not among the declared ones.</summary>
    UndeclaredTool,
}
