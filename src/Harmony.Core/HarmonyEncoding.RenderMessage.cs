using System.Buffers;
using Harmony.Core.Rendering;

namespace Harmony.Core;

public sealed partial class HarmonyEncoding
{
    /// <summary>Renders one message, on any channel.</summary>
    /// <param name="message">The message.</param>
    /// <param name="options">How; null for <see cref="RenderOptions.History"/>. Purpose, next role and
    /// analysis policy are for conversations and have no effect.</param>
    /// <returns>The ids, in a new array.</returns>
    /// <exception cref="HarmonyRenderException">The message cannot be written in the format.</exception>
    public int[] Render(Message message, RenderOptions? options = null)
    {
        using RenderScratch scratch = RenderScratch.Rent();
        RenderCore(message, scratch.Ids, options, scratch);
        return scratch.Ids.WrittenSpan.ToArray();
    }

    /// <summary>Renders one message into a buffer writer. Does not allocate once the thread is warm.</summary>
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

    private int RenderCore(
        Message message, IBufferWriter<int> writer, RenderOptions? options, RenderScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(message);
        options ??= RenderOptions.History;
        MessageValidator.Validate(message, index: 0, options);
        var renderer = new MessageRenderer(this, writer, scratch);
        renderer.Render(message, options.HasFunctionTools, options.UseSampledIds);
        return renderer.Written;
    }
}
