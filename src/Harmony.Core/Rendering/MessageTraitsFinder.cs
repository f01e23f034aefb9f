namespace Harmony.Core.Rendering;

/// <summary>Finds the traits of messages.</summary>
internal static class MessageTraitsFinder
{
    public static MessageTraits Find(Message message)
    {
        MessageTraits traits = message.Channel switch
        {
            Channels.Analysis => MessageTraits.Analysis,
            Channels.Final => MessageTraits.Final,
            _ => MessageTraits.None,
        };
        if (message.Role == Role.Assistant)
        {
            traits |= MessageTraits.Assistant;
        }

        foreach (Content content in message.Contents)
        {
            if (content is DeveloperContent { HasFunctionTools: true })
            {
                traits |= MessageTraits.OffersFunctions;
            }
            else if (content is SystemContent)
            {
                traits |= MessageTraits.System;
            }
        }

        return traits;
    }
}
