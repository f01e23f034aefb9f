namespace Harmony.Bpe.Tests.Support;

/// <summary>
/// Memory between two pages that may not be accessed: reading or writing a byte before or after it ends the
/// process. Linux only; elsewhere the tests that need it are skipped.
/// </summary>
internal sealed unsafe class GuardedMemory<T> : IDisposable
    where T : unmanaged
{
    private readonly byte* _mapping;
    private readonly nuint _mappingLength;
    private readonly byte* _start;
    private readonly int _length;

    /// <summary>Makes room for a number of values.</summary>
    public GuardedMemory(int capacity)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guard pages are made with Linux's mmap and mprotect.");
        int page = Environment.SystemPageSize;
        _length = (capacity * sizeof(T) + page - 1) / page * page;
        _mappingLength = (nuint)(_length + 2 * page);
        _mapping = LinuxMemory.MapWithoutAccess(_mappingLength);
        _start = _mapping + page;
        LinuxMemory.Open(_start, (nuint)_length);
    }

    /// <summary>A number of values right before a page that may not be accessed.</summary>
    public Span<T> AtEnd(int count) => new(_start + _length - count * sizeof(T), count);

    /// <summary>A number of values right after a page that may not be accessed.</summary>
    public Span<T> AtStart(int count)
    {
        Assert.InRange(count * sizeof(T), 0, _length);
        return new Span<T>(_start, count);
    }

    /// <summary>Copies values to both places and gives each to the action.</summary>
    public void AtBoth(ReadOnlySpan<T> values, SpanAction action)
    {
        values.CopyTo(AtEnd(values.Length));
        action(AtEnd(values.Length));
        values.CopyTo(AtStart(values.Length));
        action(AtStart(values.Length));
    }

    public void Dispose() => LinuxMemory.Free(_mapping, _mappingLength);

    /// <summary>Receives guarded values.</summary>
    public delegate void SpanAction(Span<T> values);
}
