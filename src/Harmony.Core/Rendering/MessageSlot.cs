using System.Runtime.InteropServices;

namespace Harmony.Core.Rendering;

/// <summary>A message that a <see cref="ConversationRenderer"/> holds, and where its ids are.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct MessageSlot(Message message)
{
    public Message Message { get; set; } = message;

    public MessageTraits Traits { get; } = MessageTraitsFinder.Find(message);

    /// <summary>Where the ids are among those of all messages.</summary>
    public int SegmentStart { get; private set; }

    /// <summary>How many ids there are, with the usual end; 0 if the message was not rendered yet.</summary>
    public int SegmentLength { get; private set; }

    /// <summary>Whether the ids are those that the message was sampled as.</summary>
    public bool IsAsSampled { get; private set; }

    /// <summary>Whether the ids are those beside functions.</summary>
    public bool IsBesideFunctions { get; private set; }

    /// <summary>Where the prompt goes on after the message, or after those before it if it is left
    /// out.</summary>
    public int PromptEnd { get; set; }

    /// <summary>Whether the ids are still what the message reads as.</summary>
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
