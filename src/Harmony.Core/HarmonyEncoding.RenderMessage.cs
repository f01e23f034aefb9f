using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Core.Rendering;

namespace Harmony.Core;

public sealed partial class HarmonyEncoding
{
    /// <summary>Renders one message, whatever its channel. A message that was sampled is written as its
    /// <see cref="Message.SampledIds"/>; <see cref="Message.WithoutSampledIds"/> opts out.</summary>
    /// <param name="message">The message.</param>
    /// <param name="conversationHasFunctionTools">Whether a system content must say where calls of functions
    /// go, which depends on the other messages of its conversation.</param>
    /// <returns>The ids, in an array of their own.</returns>
    /// <exception cref="HarmonyRenderException">The message cannot be written in the format.</exception>
    public int[] Render(Message message, bool conversationHasFunctionTools = false)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        RenderCore(message, scratch.Ids, conversationHasFunctionTools, scratch);
        return scratch.Ids.WrittenSpan.ToArray();
    }

    /// <summary>Renders one message straight into a buffer writer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="writer">Takes the ids.</param>
    /// <param name="conversationHasFunctionTools">As for the other overload.</param>
    /// <returns>The number of ids written.</returns>
    /// <exception cref="HarmonyRenderException">The message cannot be written; nothing was.</exception>
    public int Render(Message message, IBufferWriter<int> writer, bool conversationHasFunctionTools = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using RenderScratch scratch = RenderScratch.Rent();
        return RenderCore(message, writer, conversationHasFunctionTools, scratch);
    }

    /// <summary>Renders one message into memory of the caller.</summary>
    /// <param name="message">The message.</param>
    /// <param name="destination">Takes the ids.</param>
    /// <param name="idsWritten">Ids written: all, or none if the destination is too small.</param>
    /// <param name="idsMissing">By how many ids the destination is too small; 0 if it is not.</param>
    /// <param name="conversationHasFunctionTools">As for the other overload.</param>
    /// <returns><see cref="OperationStatus.Done"/> or
    /// <see cref="OperationStatus.DestinationTooSmall"/>.</returns>
    /// <exception cref="HarmonyRenderException">The message cannot be written in the format.</exception>
    public OperationStatus Render(
        Message message,
        Span<int> destination,
        out int idsWritten,
        out int idsMissing,
        bool conversationHasFunctionTools = false)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        RenderCore(message, scratch.Ids, conversationHasFunctionTools, scratch);
        return CopyTo(destination, scratch.Ids.WrittenSpan, out idsWritten, out idsMissing);
    }

    /// <summary>Renders one message into rented memory, which the caller gives back by disposing
    /// it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="conversationHasFunctionTools">As for the other overload.</param>
    /// <returns>The ids; the length is their number.</returns>
    /// <exception cref="HarmonyRenderException">The message cannot be written in the format.</exception>
    public MemoryOwner<int> RenderPooled(Message message, bool conversationHasFunctionTools = false)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        RenderCore(message, scratch.Ids, conversationHasFunctionTools, scratch);
        return CopyToPooled(scratch.Ids.WrittenSpan);
    }

    private int RenderCore(
        Message message, IBufferWriter<int> writer, bool hasFunctionTools, RenderScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(message);
        MessageValidator.Validate(message, index: 0);
        var renderer = new MessageRenderer(this, writer, scratch);
        renderer.Render(message, hasFunctionTools);
        return renderer.Written;
    }
}
