namespace Harmony.Core.Rendering;

/// <summary>Finds what cannot be rendered before anything is written, so that a failure leaves no half
/// prompt.</summary>
internal static class MessageValidator
{
    public static void Validate(Message message, int index)
    {
        if (message.Role == Role.Tool && message.Author.Name is null)
        {
            throw new HarmonyRenderException(
                "Tools should have a name!", index, "tool", "an author name such as functions.get_weather");
        }

        foreach (Content content in message.Contents)
        {
            if (content is SystemContent)
            {
                Require(message, index, nameof(SystemContent), Role.System);
            }
            else if (content is DeveloperContent)
            {
                Require(message, index, nameof(DeveloperContent), Role.Developer);
            }
        }
    }

    /// <summary>Refuses to continue a message where there is none.</summary>
    public static void ValidateCount(int messages, RenderOptions options)
    {
        if (messages == 0 && options.Purpose == RenderPurpose.Continuation)
        {
            throw new HarmonyRenderException(
                "There is no message to continue", 0, "an empty conversation", "a message that is begun");
        }
    }

    private static void Require(Message message, int index, string content, Role role)
    {
        if (message.Role != role)
        {
            throw new HarmonyRenderException(
                $"{content} may only appear in {role.ToWord()} messages, found in {message.Role.ToWord()}",
                index, message.Role.ToWord(), role.ToWord());
        }
    }
}
