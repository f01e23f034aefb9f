namespace Harmony.Core;

/// <summary>For whom a message is.</summary>
public enum HarmonyRoute
{
    /// <summary>Nothing that one can be sure of: an unknown channel, or a message that does not speak for the
    /// assistant.</summary>
    Unknown,

    /// <summary>For the user: the channel <c>final</c>, <c>commentary</c> without a recipient, or no channel
    /// at all.</summary>
    User,

    /// <summary>The chain of thought, on the channel <c>analysis</c>; not for the user.</summary>
    Reasoning,

    /// <summary>A call to a function: a recipient <c>functions.…</c> on any channel, or a declared tool of
    /// another namespace.</summary>
    Function,

    /// <summary>A call to a built-in tool: <c>browser</c> or <c>python</c>.</summary>
    BuiltInTool,

    /// <summary>A call to a tool that is not among the declared ones; without declared tools, to a recipient
    /// that is neither a function nor a built-in tool.</summary>
    UndeclaredTool,
}
