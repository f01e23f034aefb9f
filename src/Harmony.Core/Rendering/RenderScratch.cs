using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Core.Text;

namespace Harmony.Core.Rendering;

/// <summary>
/// The buffers of one rendering. Each thread keeps them for its next one, so that rendering does not allocate
/// once it is warm. Buffers that a huge conversation made large are released.
/// </summary>
internal sealed class RenderScratch : IDisposable
{
    // 256 K ids, 1 MiB.
    private const int MaxKept = 1 << 20;

    // Most prompts fit, so that a process's first one does not compile what makes the buffer larger.
    private const int UsualCapacity = 4096;

    [ThreadStatic]
    private static RenderScratch? _free;

    private ArrayPoolBufferWriter<int>? _ids;

    private RenderScratch()
    {
    }

    /// <summary>Gets the buffer for texts that are assembled before they are tokenized.</summary>
    public Utf8TextBuilder Text { get; } = new();

    /// <summary>Gets the buffer for ids whose number must be known before the caller's memory is
    /// touched.</summary>
    public ArrayPoolBufferWriter<int> Ids => _ids ??= new ArrayPoolBufferWriter<int>(UsualCapacity);

    /// <summary>Takes this thread's buffers, empty. Until they are returned the thread has none: a caller's
    /// buffer writer may render something itself.</summary>
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
