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
