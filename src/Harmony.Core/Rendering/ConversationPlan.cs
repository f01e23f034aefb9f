namespace Harmony.Core.Rendering;

/// <summary>What must be known of a whole conversation before its first message is written. Messages are
/// included one by one, so that a plan can go on when messages are appended.</summary>
internal struct ConversationPlan
{
    private int _firstFinal = -1;
    private int _lastAnswer = -1;
    private bool _assistantEndsInFinal;

    public ConversationPlan()
    {
    }

    /// <summary>Gets the number of messages that are included.</summary>
    public int Count { get; private set; }

    /// <summary>Gets whether any message offers functions, even one that is left out.</summary>
    public bool HasFunctionTools { get; private set; }

    public static ConversationPlan Create(ReadOnlySpan<Message> messages, RenderOptions options)
    {
        var plan = new ConversationPlan();
        for (int i = 0; i < messages.Length; i++)
        {
            plan.Include(MessageTraitsFinder.Find(messages[i]), options.IsInProgress(i, messages.Length));
        }

        return plan;
    }

    /// <summary>Includes the next message.</summary>
    /// <param name="traits">The message's traits.</param>
    /// <param name="isInProgress">Whether the model continues the message: then its turn has not ended,
    /// whatever its channel.</param>
    public void Include(MessageTraits traits, bool isInProgress = false)
    {
        HasFunctionTools |= (traits & MessageTraits.OffersFunctions) != 0;
        bool isFinal = (traits & MessageTraits.Final) != 0 && !isInProgress;
        if (isFinal && _firstFinal < 0)
        {
            _firstFinal = Count;
        }

        if ((traits & MessageTraits.Assistant) != 0)
        {
            _assistantEndsInFinal = isFinal;
            _lastAnswer = isFinal ? Count : _lastAnswer;
        }

        Count++;
    }

    /// <summary>Returns the position of the message before which analysis is left out; 0 to keep all.</summary>
    public readonly int DropsBefore(AnalysisPolicy policy)
    {
        int bound = policy switch
        {
            AnalysisPolicy.DropBeforeFirstFinal => _assistantEndsInFinal ? _firstFinal : 0,
            AnalysisPolicy.DropFinishedTurns => _lastAnswer,
            _ => 0,
        };
        return Math.Max(bound, 0);
    }
}
