using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Harmony.Bpe.Batches;

/// <summary>Places arrays one after another in native memory, each at the start of a cache line. In Debug
/// each is followed by a line that nothing may write to, which <see cref="CheckRedZones"/> checks: guard
/// pages cannot see one array overrun into the next.</summary>
internal unsafe struct NativeArena
{
    private const int Alignment = 64;

#if DEBUG
    private const int RedZoneLength = Alignment;
#else
    private const int RedZoneLength = 0;
#endif

    private const byte RedZoneByte = 0xD7;

    private readonly byte* _memory;
    private readonly List<int>? _redZones;

    /// <summary>Places arrays in memory; if it is null, only <see cref="Length"/> is valid.</summary>
    public NativeArena(byte* memory)
    {
        _memory = memory;
        _redZones = RedZoneLength == 0 || memory == null ? null : [];
    }

    /// <summary>The bytes that were taken.</summary>
    public int Length { get; private set; }

    /// <summary>Allocates memory for arenas; <see cref="Free"/> frees it.</summary>
    public static byte* Allocate(int length) => (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);

    /// <summary>Frees memory that <see cref="Allocate"/> returned; null does nothing.</summary>
    public static void Free(byte* memory) => NativeMemory.AlignedFree(memory);

    /// <summary>Takes the room of an array. Not generic: each type would be a method more to compile before
    /// the first text.</summary>
    // Safety: the memory must be as long as the same calls on an arena without memory say.
    public void* Take(int count, int size)
    {
        Debug.Assert(count > 0, $"The array has {count} elements, but must have at least 1.");
        byte* start = _memory + Length;
        int length = (count * size + Alignment - 1) & -Alignment;
        if (_redZones is not null)
        {
            _redZones.Add(Length + length);
            new Span<byte>(start + length, RedZoneLength).Fill(RedZoneByte);
        }

        Length += length + RedZoneLength;
        return start;
    }

    /// <summary>In Debug, asserts that nothing wrote past an array.</summary>
    [Conditional("DEBUG")]
    public readonly void CheckRedZones()
    {
        foreach (int offset in _redZones ?? [])
        {
            Debug.Assert(
                !new ReadOnlySpan<byte>(_memory + offset, RedZoneLength).ContainsAnyExcept(RedZoneByte),
                $"The array that ends {offset} bytes from the arena's start was overrun.");
        }
    }
}
