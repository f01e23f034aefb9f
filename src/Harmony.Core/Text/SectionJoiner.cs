namespace Harmony.Core.Text;

/// <summary>Puts a separator between the sections of a text, however many there turn out to be.</summary>
internal ref struct SectionJoiner(Utf8TextBuilder text, ReadOnlySpan<byte> separator)
{
    private readonly ReadOnlySpan<byte> _separator = separator;
    private bool _started;

    /// <summary>To be called before each section.</summary>
    public void Next()
    {
        if (_started)
        {
            text.Append(_separator);
        }

        _started = true;
    }
}
