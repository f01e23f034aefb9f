namespace Harmony.Core.Rendering;

/// <summary>What has to be known of a whole conversation before its first message is written.</summary>
internal readonly struct ConversationPlan
{
    private readonly int _firstFinal;

    private ConversationPlan(int firstFinal, bool hasFunctionTools)
    {
        _firstFinal = firstFinal;
        HasFunctionTools = hasFunctionTools;
    }

    /// <summary>Whether any message, also one that is dropped, offers functions.</summary>
    public bool HasFunctionTools { get; }

    public static ConversationPlan Create(ReadOnlySpan<Message> messages, RenderOptions options)
    {
        bool hasFunctionTools = false;
        int firstFinal = -1;
        bool assistantEndsInFinal = false;
        for (int i = 0; i < messages.Length; i++)
        {
            Message message = messages[i];
            bool isFinal = message.Channel == Channels.Final;
            if (isFinal && firstFinal < 0)
            {
                firstFinal = i;
            }

            if (message.Role == Role.Assistant)
            {
                assistantEndsInFinal = isFinal;
            }

            hasFunctionTools = hasFunctionTools || OffersFunctions(message);
        }

        bool drops = options.DropAnalysis && assistantEndsInFinal;
        return new ConversationPlan(drops ? firstFinal : -1, hasFunctionTools);
    }

    /// <summary>Whether a message is left out.</summary>
    public bool Drops(Message message, int index) =>
        index < _firstFinal && message.Channel == Channels.Analysis;

    private static bool OffersFunctions(Message message)
    {
        foreach (Content content in message.Contents)
        {
            if (content is DeveloperContent { HasFunctionTools: true })
            {
                return true;
            }
        }

        return false;
    }
}
