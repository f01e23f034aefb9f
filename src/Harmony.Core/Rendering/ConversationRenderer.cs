using System.Runtime.InteropServices;
using Harmony.Core.Rendering;

namespace Harmony.Core;

/// <summary>
/// Holds a conversation and gives its prompt's ids turn after turn. Each message is tokenized once, when it
/// is first part of a prompt; after that a prompt costs what changed. The ids are always those that
/// <see cref="HarmonyEncoding.Render(Conversation, RenderOptions?)"/> gives for the same messages, and
/// <see cref="UnchangedIdCount"/> tells how much of the last prompt a cache of the model's state may keep.
/// </summary>
/// <remarks>It holds the ids twice (per message, and as the prompt), so about eight bytes an id beside the
/// messages themselves. Appending does not allocate but, now and then, for larger buffers. Not
/// thread-safe.</remarks>
public sealed partial class ConversationRenderer
{
    private readonly List<MessageSlot> _slots = [];
    private readonly SegmentStore _segments = new();
    private readonly PromptBuffer _prompt = new();

    // Of all messages but the last, as far as they are included.
    private ConversationPlan _plan = new();

    // How many leading messages are as they were when the last prompt was made, and what was true for it.
    private int _unchangedMessages;
    private int _droppedBefore;
    private bool _hadFunctionTools;
    private MessageEnding _lastEnding;
    private int _lastCount;

    /// <summary>Creates a renderer that holds no messages yet.</summary>
    /// <param name="encoding">The encoding whose dialect counts.</param>
    /// <param name="options">How to render; null for <see cref="RenderOptions.Completion"/>.</param>
    public ConversationRenderer(HarmonyEncoding encoding, RenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        Encoding = encoding;
        Options = options ?? RenderOptions.Completion;
    }

    /// <summary>The encoding.</summary>
    public HarmonyEncoding Encoding { get; }

    /// <summary>How the next prompt is rendered. May change from one prompt to the next, for example to
    /// continue a message.</summary>
    public RenderOptions Options
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);

            // What other options let through, or wrote from sampled ids, is looked at again.
            if (field is not null && (field.UseSampledIds != value.UseSampledIds
                || field.CheckHeaders != value.CheckHeaders
                || field.MaxSchemaLength != value.MaxSchemaLength))
            {
                _unchangedMessages = 0;
            }

            field = value;
        }
    }

    /// <summary>How many messages there are.</summary>
    public int Count => _slots.Count;

    /// <summary>How many leading ids of the last prompt were the same in the prompt before it: what a cache
    /// of the model's state for that prompt may keep. Exact; 0 after the first prompt.</summary>
    public int UnchangedIdCount => _prompt.Unchanged;

    /// <summary>How often a message was rendered by itself.</summary>
    internal int SegmentsRendered { get; private set; }

    /// <summary>How many ids there is room for.</summary>
    internal int Capacity => _segments.Capacity + _prompt.Capacity;

    /// <summary>Renders the prompt. Costs little more than the messages that are new to it, and the copy of
    /// what follows the first change.</summary>
    /// <returns>The ids, as a view that is valid until the next call of this method.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format, or there is none
    /// to continue. Nothing has happened: the last prompt and its figures stay.</exception>
    public ReadOnlySpan<int> Render()
    {
        Span<MessageSlot> slots = CollectionsMarshal.AsSpan(_slots);
        MessageValidator.ValidateCount(slots.Length, Options);
        ConversationPlan plan = CompletePlan(slots);
        int dropsBefore = plan.DropsBefore(Options.Analysis);
        MessageEnding ending =
            slots.IsEmpty ? MessageEnding.Usual : Options.LastEnding(slots[^1].Message);
        bool hasFunctionTools = plan.HasFunctionTools || Options.HasFunctionTools;
        int first = FindFirstChange(slots, dropsBefore, hasFunctionTools, ending);
        for (int i = first; i < slots.Length; i++)
        {
            if (!Drops(slots[i], i, dropsBefore))
            {
                MessageValidator.Validate(slots[i].Message, i, Options);
            }
        }

        RenderSegments(slots, first, dropsBefore, hasFunctionTools);
        WritePrompt(slots, first, dropsBefore, ending);
        _unchangedMessages = slots.Length;
        _droppedBefore = dropsBefore;
        _hadFunctionTools = hasFunctionTools;
        _lastEnding = ending;
        _lastCount = slots.Length;
        return _prompt.Ids;
    }

    private static bool Drops(in MessageSlot slot, int index, int dropsBefore) =>
        index < dropsBefore && (slot.Traits & MessageTraits.Analysis) != 0;

    /// <summary>The plan of all messages. That of the last is not kept: whether it is in progress may be
    /// otherwise next time.</summary>
    private ConversationPlan CompletePlan(ReadOnlySpan<MessageSlot> slots)
    {
        // What is the last message now was not the last before, if those after it were removed.
        if (_plan.Count >= slots.Length)
        {
            _plan = new ConversationPlan();
        }

        for (int i = _plan.Count; i < slots.Length - 1; i++)
        {
            _plan.Include(slots[i].Traits);
        }

        ConversationPlan plan = _plan;
        if (!slots.IsEmpty)
        {
            plan.Include(slots[^1].Traits, Options.IsInProgress(slots.Length - 1, slots.Length));
        }

        return plan;
    }

    /// <summary>The first message that may have other ids in this prompt than in the last, or other ids
    /// before it.</summary>
    private int FindFirstChange(
        ReadOnlySpan<MessageSlot> slots, int dropsBefore, bool hasFunctionTools, MessageEnding ending)
    {
        int first = Math.Min(_unchangedMessages, slots.Length);
        if (_lastEnding != MessageEnding.Usual)
        {
            first = Math.Min(first, _lastCount - 1);
        }

        if (ending != MessageEnding.Usual)
        {
            first = Math.Min(first, slots.Length - 1);
        }

        if (dropsBefore != _droppedBefore)
        {
            int from = Math.Min(dropsBefore, _droppedBefore);
            first = FindTrait(slots[..first], from, MessageTraits.Analysis);
        }

        if (hasFunctionTools != _hadFunctionTools)
        {
            first = FindTrait(slots[..first], 0, MessageTraits.System);
        }

        return first;
    }

    /// <summary>The first message from a place on that has a trait; their number if none has.</summary>
    private static int FindTrait(ReadOnlySpan<MessageSlot> slots, int from, MessageTraits trait)
    {
        for (int i = from; i < slots.Length; i++)
        {
            if ((slots[i].Traits & trait) != 0)
            {
                return i;
            }
        }

        return slots.Length;
    }

    private void RenderSegments(
        Span<MessageSlot> slots, int first, int dropsBefore, bool hasFunctionTools)
    {
        for (int i = first; i < slots.Length; i++)
        {
            ref MessageSlot slot = ref slots[i];
            if (!Drops(slot, i, dropsBefore) && !slot.IsRendered(Options.UseSampledIds, hasFunctionTools))
            {
                RenderSegment(ref slot, hasFunctionTools);
            }
        }

        _segments.Tidy(slots);
    }

    private void RenderSegment(ref MessageSlot slot, bool hasFunctionTools)
    {
        _segments.Remove(slot.SegmentStart, slot.SegmentLength);
        slot.ClearSegment();
        int start = _segments.Length;
        using RenderScratch scratch = RenderScratch.Rent();
        var renderer = new MessageRenderer(Encoding, _segments, scratch);
        renderer.Render(slot.Message, hasFunctionTools, Options.UseSampledIds);
        slot.SetSegment(start, renderer.Written, Options.UseSampledIds, hasFunctionTools);
        SegmentsRendered++;
    }

    private void WritePrompt(Span<MessageSlot> slots, int first, int dropsBefore, MessageEnding ending)
    {
        _prompt.Begin(first == 0 ? 0 : slots[first - 1].PromptEnd);
        for (int i = first; i < slots.Length; i++)
        {
            ref MessageSlot slot = ref slots[i];
            if (!Drops(slot, i, dropsBefore))
            {
                ReadOnlySpan<int> ids = _segments.Slice(slot.SegmentStart, slot.SegmentLength);
                bool isUsual = ending == MessageEnding.Usual || i < slots.Length - 1;
                _prompt.Write(isUsual ? ids : ids[..^1]);
            }

            slot.PromptEnd = _prompt.Position;
        }

        if (ending == MessageEnding.Return)
        {
            _prompt.Write([FormatTokens.Return]);
        }

        if (Options.Purpose == RenderPurpose.Completion)
        {
            _prompt.Write(FixedPieces.Shared.StartOf(Options.NextRole));
        }

        _prompt.End();
    }
}
