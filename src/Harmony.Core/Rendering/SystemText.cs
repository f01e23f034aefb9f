using Harmony.Core.Text;

namespace Harmony.Core.Rendering;

/// <summary>Writes a system content as the one text that is tokenized.</summary>
internal static class SystemText
{
    public static void Write(SystemContent content, bool conversationHasFunctionTools, Utf8TextBuilder text)
    {
        var sections = new SectionJoiner(text, "\n\n"u8);
        if (content.ModelIdentity is not null || content.KnowledgeCutoff is not null
            || content.ConversationStartDate is not null)
        {
            sections.Next();
            WriteIdentity(content, text);
        }

        if (content.ReasoningEffort is ReasoningEffort effort)
        {
            sections.Next();
            text.Append(effort switch
            {
                ReasoningEffort.Low => "Reasoning: low"u8,
                ReasoningEffort.Medium => "Reasoning: medium"u8,
                _ => "Reasoning: high"u8,
            });
        }

        if (content.Tools is { Count: > 0 } tools)
        {
            sections.Next();
            ToolsText.Write(tools, text);
        }

        if (content.ChannelConfig is { ValidChannels.IsEmpty: false } channels)
        {
            sections.Next();
            WriteChannels(channels, conversationHasFunctionTools, text);
        }
    }

    private static void WriteIdentity(SystemContent content, Utf8TextBuilder text)
    {
        var lines = new SectionJoiner(text, "\n"u8);
        if (content.ModelIdentity is not null)
        {
            lines.Next();
            text.Append(content.ModelIdentity);
        }

        if (content.KnowledgeCutoff is not null)
        {
            lines.Next();
            text.Append("Knowledge cutoff: "u8);
            text.Append(content.KnowledgeCutoff);
        }

        if (content.ConversationStartDate is not null)
        {
            lines.Next();
            text.Append("Current date: "u8);
            text.Append(content.ConversationStartDate);
        }
    }

    private static void WriteChannels(ChannelConfig channels, bool hasFunctionTools, Utf8TextBuilder text)
    {
        text.Append("# Valid channels: "u8);
        var names = new SectionJoiner(text, ", "u8);
        foreach (string channel in channels.ValidChannels)
        {
            names.Next();
            text.Append(channel);
        }

        text.Append((byte)'.');
        if (channels.ChannelRequired)
        {
            text.Append(" Channel must be included for every message."u8);
        }

        if (hasFunctionTools)
        {
            text.Append("\nCalls to these tools must go to the commentary channel: 'functions'."u8);
        }
    }
}
