using System.Runtime.InteropServices;

namespace Harmony.Core.Rendering;

/// <summary>A message that a <see cref="ConversationRenderer"/> holds, and where its ids are.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct MessageSlot(Message message)
{
    public Message Message { get; set; } = message;

    public MessageTraits Traits { get; } = MessageTraitsFinder.Find(message);

    /// <summary>Gets where the message's ids start in the <see cref="SegmentStore"/>.</summary>
    public int SegmentStart { get; private set; }

    /// <summary>Gets the number of the message's ids, with the usual end; 0 if it was not rendered
    /// yet.</summary>
    public int SegmentLength { get; private set; }

    /// <summary>Gets whether the ids are those that the message was sampled as.</summary>
    public bool IsAsSampled { get; private set; }

    /// <summary>Gets whether the ids are those in a conversation that offers functions.</summary>
    public bool IsBesideFunctions { get; private set; }

    /// <summary>Gets or sets where the message ends in the prompt; where the one before it ends if it is left
    /// out.</summary>
    public int PromptEnd { get; set; }

    /// <summary>Returns whether the ids are what rendering would give now.</summary>
    public readonly bool IsRendered(bool useSampledIds, bool besideFunctions) =>
        SegmentLength > 0
            && IsAsSampled == (useSampledIds && !Message.SampledIds.IsEmpty)
            && (IsBesideFunctions == besideFunctions || (Traits & MessageTraits.System) == 0);

    public void SetSegment(int start, int length, bool useSampledIds, bool besideFunctions)
    {
        SegmentStart = start;
        SegmentLength = length;
        IsAsSampled = useSampledIds && !Message.SampledIds.IsEmpty;
        IsBesideFunctions = besideFunctions;
    }

    public void ClearSegment() => SegmentLength = 0;

    public void MoveSegment(int start) => SegmentStart = start;
}
