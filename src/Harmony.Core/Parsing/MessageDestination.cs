namespace Harmony.Core;

/// <summary>Whom a message is for.</summary>
public enum HarmonyRoute
{
    /// <summary>Nothing is sure: an unknown channel, a message that does not speak for the assistant, or, where
    /// the declared tools are not known, a call to a recipient that is neither a function nor a built-in
    /// tool.</summary>
    Unknown,

    /// <summary>For the user: the channel <c>final</c>, <c>commentary</c> without a recipient, or no channel
    /// at all.</summary>
    User,

    /// <summary>The chain of thought, on the channel <c>analysis</c>; not for the user.</summary>
    Reasoning,

    /// <summary>A call to a function: a recipient <c>functions.…</c> on any channel, or a declared tool of a
    /// namespace that is not built in. Where tools are declared, a function may be called by its name
    /// alone.</summary>
    Function,

    /// <summary>A call to a built-in tool: <c>browser</c> or <c>python</c>.</summary>
    BuiltInTool,

    /// <summary>A call to a tool that is not among the declared ones.</summary>
    UndeclaredTool,
}
