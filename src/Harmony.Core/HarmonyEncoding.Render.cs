using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Core.Rendering;

namespace Harmony.Core;

public sealed partial class HarmonyEncoding
{
    /// <summary>Renders a conversation as a prompt: its messages, then the beginning of the next turn. Old
    /// reasoning is left out as <see cref="AnalysisPolicy.DropBeforeFirstFinal"/> says.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="nextRole">Whose turn is next.</param>
    /// <returns>The prompt's ids, in a new array.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format; the exception
    /// names the message, the field and the value.</exception>
    /// <example><code>
    /// int[] prompt = HarmonyEncoding.OpenAI.RenderForCompletion(
    ///     [Message.System(SystemContent.Default), Message.User("Hi")]);
    /// </code></example>
    public int[] RenderForCompletion(Conversation conversation, Role nextRole = Role.Assistant) =>
        Render(conversation, RenderOptions.CompletionBy(nextRole));

    /// <summary>Renders a conversation as a training example: a final message of the assistant at its end
    /// ends with <c>&lt;|return|&gt;</c>.</summary>
    /// <returns>The ids, in a new array.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format.</exception>
    public int[] RenderForTraining(Conversation conversation) => Render(conversation, RenderOptions.Training);

    /// <summary>Renders a conversation as a prompt that ends inside its last message, which the model
    /// continues: a prefilled answer or thought, or a message that was cut off. Parse the completion with
    /// <see cref="HarmonyParserOptions.Continues"/>.</summary>
    /// <returns>The prompt's ids, in a new array.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format, or there is
    /// none.</exception>
    public int[] RenderForContinuation(Conversation conversation) =>
        Render(conversation, RenderOptions.Continuation);

    /// <summary>Renders a conversation.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="options">How; null for <see cref="RenderOptions.History"/>.</param>
    /// <returns>The ids, in a new array. Nothing else is allocated once the thread is warm.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format.</exception>
    public int[] Render(Conversation conversation, RenderOptions? options = null)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        RenderCore(conversation, scratch.Ids, options, scratch);
        return scratch.Ids.WrittenSpan.ToArray();
    }

    /// <summary>Renders a conversation into a buffer writer. Does not allocate once the thread is
    /// warm.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="writer">Takes the ids.</param>
    /// <param name="options">How; null for <see cref="RenderOptions.History"/>.</param>
    /// <returns>The number of ids written.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format. Nothing was
    /// written: all messages are checked first.</exception>
    public int Render(Conversation conversation, IBufferWriter<int> writer, RenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using RenderScratch scratch = RenderScratch.Rent();
        return RenderCore(conversation, writer, options, scratch);
    }

    /// <summary>Renders a conversation into a span. Does not allocate once the thread is warm.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="destination">Takes the ids.</param>
    /// <param name="idsWritten">The number of ids written: all, or 0 if the destination is too small.</param>
    /// <param name="idsMissing">The number of ids that the destination lacks room for.</param>
    /// <param name="options">How; null for <see cref="RenderOptions.History"/>.</param>
    /// <returns><see cref="OperationStatus.Done"/> or
    /// <see cref="OperationStatus.DestinationTooSmall"/>.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format.</exception>
    public OperationStatus Render(
        Conversation conversation,
        Span<int> destination,
        out int idsWritten,
        out int idsMissing,
        RenderOptions? options = null)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        RenderCore(conversation, scratch.Ids, options, scratch);
        return CopyTo(destination, scratch.Ids.WrittenSpan, out idsWritten, out idsMissing);
    }

    /// <summary>Renders a conversation into pooled memory. Dispose it to return it to the pool.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="options">How; null for <see cref="RenderOptions.History"/>.</param>
    /// <returns>The ids; the caller owns the memory.</returns>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format.</exception>
    public MemoryOwner<int> RenderPooled(Conversation conversation, RenderOptions? options = null)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        RenderCore(conversation, scratch.Ids, options, scratch);
        return CopyToPooled(scratch.Ids.WrittenSpan);
    }

    /// <summary>Counts the ids that a conversation renders to. Does not allocate once the thread is
    /// warm.</summary>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format.</exception>
    public int CountIds(Conversation conversation, RenderOptions? options = null)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        return RenderCore(conversation, scratch.Ids, options, scratch);
    }

    private int RenderCore(
        Conversation conversation, IBufferWriter<int> writer, RenderOptions? options, RenderScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        options ??= RenderOptions.History;
        ReadOnlySpan<Message> messages = conversation.Messages.AsSpan();
        var plan = ConversationPlan.Create(messages, options);
        int dropsBefore = plan.DropsBefore(options.Analysis);
        bool hasFunctionTools = plan.HasFunctionTools || options.HasFunctionTools;
        MessageValidator.ValidateCount(messages.Length, options);
        for (int i = 0; i < messages.Length; i++)
        {
            if (!Drops(messages[i], i, dropsBefore))
            {
                MessageValidator.Validate(messages[i], i, options);
            }
        }

        var renderer = new MessageRenderer(this, writer, scratch);
        for (int i = 0; i < messages.Length; i++)
        {
            Message message = messages[i];
            if (!Drops(message, i, dropsBefore))
            {
                MessageEnding ending = i == messages.Length - 1
                    ? options.LastEnding(message)
                    : MessageEnding.Usual;
                renderer.Render(message, hasFunctionTools, options.UseSampledIds, ending);
            }
        }

        if (options.Purpose == RenderPurpose.Completion)
        {
            renderer.RenderStart(options.NextRole);
        }

        return renderer.Written;
    }

    private static bool Drops(Message message, int index, int dropsBefore) =>
        index < dropsBefore && message.Channel == Channels.Analysis;

    private static OperationStatus CopyTo(
        Span<int> destination, ReadOnlySpan<int> ids, out int idsWritten, out int idsMissing)
    {
        bool fits = ids.TryCopyTo(destination);
        idsWritten = fits ? ids.Length : 0;
        idsMissing = fits ? 0 : ids.Length - destination.Length;
        return fits ? OperationStatus.Done : OperationStatus.DestinationTooSmall;
    }

    private static MemoryOwner<int> CopyToPooled(ReadOnlySpan<int> ids)
    {
        MemoryOwner<int> owner = MemoryOwner<int>.Allocate(ids.Length);
        ids.CopyTo(owner.Span);
        return owner;
    }
}
