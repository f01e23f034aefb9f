using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Core.Rendering;

namespace Harmony.Core;

public sealed partial class HarmonyEncoding
{
    /// <summary>Renders one message, whatever its channel. A message that was sampled is written as its
    /// <see cref="Message.SampledIds"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="options">How; null for <see cref="RenderOptions.Messages"/>. Purpose, next role and
    /// analysis are for whole conversations and have no effect.</param>
    /// <returns>The ids, in an array of their own.</returns>
    /// <exception cref="HarmonyRenderException">The message cannot be written in the format.</exception>
    public int[] Render(Message message, RenderOptions? options = null)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        RenderCore(message, scratch.Ids, options, scratch);
        return scratch.Ids.WrittenSpan.ToArray();
    }

    /// <summary>Renders one message straight into a buffer writer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="writer">Takes the ids.</param>
    /// <param name="options">As for the other overload.</param>
    /// <returns>The number of ids written.</returns>
    /// <exception cref="HarmonyRenderException">The message cannot be written; nothing was.</exception>
    public int Render(Message message, IBufferWriter<int> writer, RenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using RenderScratch scratch = RenderScratch.Rent();
        return RenderCore(message, writer, options, scratch);
    }

    /// <summary>Renders one message into memory of the caller.</summary>
    /// <param name="message">The message.</param>
    /// <param name="destination">Takes the ids.</param>
    /// <param name="idsWritten">Ids written: all, or none if the destination is too small.</param>
    /// <param name="idsMissing">By how many ids the destination is too small; 0 if it is not.</param>
    /// <param name="options">As for the other overload.</param>
    /// <returns><see cref="OperationStatus.Done"/> or
    /// <see cref="OperationStatus.DestinationTooSmall"/>.</returns>
    /// <exception cref="HarmonyRenderException">The message cannot be written in the format.</exception>
    public OperationStatus Render(
        Message message,
        Span<int> destination,
        out int idsWritten,
        out int idsMissing,
        RenderOptions? options = null)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        RenderCore(message, scratch.Ids, options, scratch);
        return CopyTo(destination, scratch.Ids.WrittenSpan, out idsWritten, out idsMissing);
    }

    /// <summary>Renders one message into rented memory, which the caller gives back by disposing
    /// it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="options">As for the other overload.</param>
    /// <returns>The ids; the length is their number.</returns>
    /// <exception cref="HarmonyRenderException">The message cannot be written in the format.</exception>
    public MemoryOwner<int> RenderPooled(Message message, RenderOptions? options = null)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        RenderCore(message, scratch.Ids, options, scratch);
        return CopyToPooled(scratch.Ids.WrittenSpan);
    }

    private int RenderCore(
        Message message, IBufferWriter<int> writer, RenderOptions? options, RenderScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(message);
        options ??= RenderOptions.Messages;
        MessageValidator.Validate(message, index: 0, options);
        var renderer = new MessageRenderer(this, writer, scratch);
        renderer.Render(message, options.HasFunctionTools, options.UseSampledIds);
        return renderer.Written;
    }
}
