namespace Harmony.Core.Rendering;

/// <summary>Finds what cannot be rendered before anything is written, so that a failure leaves no half
/// prompt.</summary>
internal static class MessageValidator
{
    public static void Validate(Message message, int index, RenderOptions options)
    {
        if (message.Role == Role.Tool && message.Author.Name is null)
        {
            throw new HarmonyRenderException(
                "Tools should have a name!", index, "tool", "an author name such as functions.get_weather");
        }

        // Sampled ids are written as they are: the message's words are not.
        if (options.CheckHeaders && !(options.UseSampledIds && !message.SampledIds.IsEmpty))
        {
            HeaderCheck.Validate(message, index);
        }

        foreach (Content content in message.Contents)
        {
            if (content is SystemContent system)
            {
                Require(message, index, nameof(SystemContent), Role.System);
                ValidateTools(system.Tools, system, index, options.MaxSchemaLength);
            }
            else if (content is DeveloperContent developer)
            {
                Require(message, index, nameof(DeveloperContent), Role.Developer);
                ValidateTools(developer.Tools, developer, index, options.MaxSchemaLength);
            }
        }
    }

    /// <summary>Refuses schemas whose types are too long. What this takes is remembered with the tools, and
    /// found again with those that were rendered before, so that tools that come with every request are not
    /// printed with every request.</summary>
    private static void ValidateTools(
        ToolNamespaceCollection? tools, Content content, int index, int maxLength)
    {
        if (tools is not { Count: > 0 })
        {
            return;
        }

        if (tools.LongestType < 0)
        {
            tools.LongestType = RenderedSections.Shared.FindTools(content)?.LongestType ?? -1;
        }

        if (tools.LongestType < 0 || tools.LongestType > maxLength)
        {
            tools.LongestType = ToolsText.MeasureLongestType(tools, maxLength, index);
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
            throw Misplaced(message.Role, index, content, role);
        }
    }

    private static HarmonyRenderException Misplaced(Role found, int index, string content, Role role) => new(
        $"{content} may only appear in {role.ToWord()} messages, found in {found.ToWord()}",
        index, found.ToWord(), role.ToWord());
}
