using Harmony.Core;

namespace Harmony.Engines.Turns;

/// <summary>Finds the tools that a conversation tells the model of.</summary>
internal static class DeclaredTools
{
    private static readonly ToolNamespaceCollection None = [];

    /// <summary>Returns the tools of all system and developer messages; of two namespaces of one name the
    /// later.</summary>
    public static ToolNamespaceCollection Of(Conversation conversation)
    {
        ToolNamespaceCollection? all = null;
        foreach (Message message in conversation)
        {
            foreach (Content content in message.Contents)
            {
                ToolNamespaceCollection? some = content switch
                {
                    DeveloperContent developer => developer.Tools,
                    SystemContent system => system.Tools,
                    _ => null,
                };
                all = all is null || some is null
                    ? all ?? some
                    : some.Aggregate(all, static (joined, one) => joined.With(one));
            }
        }

        return all ?? None;
    }
}
