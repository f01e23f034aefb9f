using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Core.Text;

namespace Harmony.Core.Rendering;

/// <summary>
/// The buffers that one rendering needs, kept per thread from one to the next so that rendering does not
/// allocate once it is warm. The memory of a huge conversation is released.
/// </summary>
internal sealed class RenderScratch : IDisposable
{
    // 256 K ids, 1 MiB.
    private const int MaxKept = 1 << 20;

    [ThreadStatic]
    private static RenderScratch? _free;

    private ArrayPoolBufferWriter<int>? _ids;

    private RenderScratch()
    {
    }

    /// <summary>For texts that are put together before they are tokenized.</summary>
    public Utf8TextBuilder Text { get; } = new();

    /// <summary>For ids whose number must be known before the caller's memory is touched.</summary>
    public ArrayPoolBufferWriter<int> Ids => _ids ??= new ArrayPoolBufferWriter<int>();

    /// <summary>This thread's buffers, empty. The field is cleared while they are in use: a caller's buffer
    /// writer may render something itself.</summary>
    public static RenderScratch Rent()
    {
        RenderScratch scratch = _free ?? new RenderScratch();
        _free = null;
        return scratch;
    }

    public void Dispose()
    {
        Text.Clear();
        if (Text.Capacity > MaxKept)
        {
            Text.Dispose();
        }

        if (_ids is not null && (long)_ids.Capacity * sizeof(int) > MaxKept)
        {
            _ids.Dispose();
            _ids = null;
        }

        _ids?.Clear();
        _free = this;
    }
}
