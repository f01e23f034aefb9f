using System.Runtime.InteropServices;
using Harmony.Core.Rendering;

namespace Harmony.Core;

/// <summary>
/// Holds a conversation and renders its prompt turn after turn. Each message is tokenized once; after that a
/// prompt costs what changed. The ids always equal those of
/// <see cref="HarmonyEncoding.Render(Conversation, RenderOptions?)"/> for the same messages.
/// <see cref="UnchangedIdCount"/> says how much of the last prompt the model's cache may keep. Not
/// thread-safe.
/// </summary>
/// <remarks>Holds the ids twice, by message and as the prompt: about eight bytes for each id, besides the
/// messages. Allocates only to grow its buffers.</remarks>
/// <example><code>
/// var chat = new ConversationRenderer(HarmonyEncoding.OpenAI);
/// chat.AddRange(Message.System(SystemContent.Default), Message.User("Hi"));
/// ReadOnlySpan&lt;int&gt; prompt = chat.Render();
/// // … sample …
/// chat.AddRange(chat.Encoding.ParseMessages(completion, Role.Assistant).AsSpan());
/// chat.Add(Message.User("And now?"));
/// prompt = chat.Render();
/// </code></example>
public sealed partial class ConversationRenderer
{
    private readonly List<MessageSlot> _slots = [];
    private readonly SegmentStore _segments = new();
    private readonly PromptBuffer _prompt = new();

    // The plan of the messages before the last one, as far as they are included.
    private ConversationPlan _plan = new();

    // The number of leading messages that did not change since the last prompt, and that prompt's
    // circumstances.
    private int _unchangedMessages;
    private int _droppedBefore;
    private bool _hadFunctionTools;
    private MessageEnding _lastEnding;
    private int _lastCount;

    /// <summary>Creates a renderer that holds no messages yet.</summary>
    /// <param name="encoding">The encoding to render with.</param>
    /// <param name="options">How to render; null for <see cref="RenderOptions.Completion"/>.</param>
    public ConversationRenderer(HarmonyEncoding encoding, RenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        Encoding = encoding;
        Options = options ?? RenderOptions.Completion;
    }

    /// <summary>Gets the encoding.</summary>
    public HarmonyEncoding Encoding { get; }

    /// <summary>Gets or sets how the next prompt is rendered. It may change from prompt to prompt, for
    /// example to continue a message.</summary>
    public RenderOptions Options
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);

            // Messages that other options let through, or rendered from sampled ids, are checked again.
            if (field is not null && (field.UseSampledIds != value.UseSampledIds
                || field.CheckHeaders != value.CheckHeaders
                || field.MaxSchemaLength != value.MaxSchemaLength))
            {
                _unchangedMessages = 0;
            }

            field = value;
        }
    }

    /// <summary>Gets the number of messages.</summary>
    public int Count => _slots.Count;

    /// <summary>Gets the number of leading ids that the last prompt shares with the one before it: what the
    /// model's cache for that prompt may keep. Exact; 0 after the first prompt.</summary>
    public int UnchangedIdCount => _prompt.Unchanged;

    /// <summary>Gets how often a message was tokenized.</summary>
    internal int SegmentsRendered { get; private set; }

    /// <summary>Gets the number of ids that the buffers have room for.</summary>
    internal int Capacity => _segments.Capacity + _prompt.Capacity;

    /// <summary>Renders the prompt. The cost is that of new messages, and of copying what follows the first
    /// change.</summary>
    /// <returns>The ids, a view that is valid until the next call of this method.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format, or there is none
    /// to continue. Nothing has changed: the last prompt stays.</exception>
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

    /// <summary>Makes the plan of all messages. The last one's part is not kept: next time it may not be in
    /// progress.</summary>
    private ConversationPlan CompletePlan(ReadOnlySpan<MessageSlot> slots)
    {
        // After a removal, the last message may be one that the plan includes already.
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

    /// <summary>Finds the first message whose ids, or whose place, may differ from the last prompt.</summary>
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

    /// <summary>Finds the first message from a position on that has a trait; the number of messages if none
    /// has.</summary>
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
