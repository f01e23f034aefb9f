using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// What a frozen vocabulary's pointers point into: a pinned array of its own, or the assembly's mapped
/// resource, for which this is the default value.
/// </summary>
/// <remarks>
/// A pointer keeps nothing alive, and neither do <c>this</c> and a parameter behind their last use, even while
/// the method still runs. So whoever reads through the tables' pointers calls <see cref="KeepAlive"/> behind
/// the last read, or <see cref="GC.KeepAlive"/> with the <see cref="FrozenVocabulary"/>, and what is handed out
/// to be read later is a <see cref="View"/>.
/// </remarks>
internal readonly unsafe struct FrozenMemory
{
    private readonly byte[]? _array;

    private FrozenMemory(byte[] array) => _array = array;

    /// <summary>Copies bytes into a new pinned array, to an address that is a multiple of
    /// <see cref="FrozenFormat.SectionAlignment"/>.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="start">Where the copy starts.</param>
    public static FrozenMemory Copy(ReadOnlySpan<byte> bytes, out byte* start)
    {
        const int Alignment = FrozenFormat.SectionAlignment;
        byte[] array = GC.AllocateUninitializedArray<byte>(bytes.Length + Alignment - 1, pinned: true);
        int offset = (int)(-(nint)StartOf(array) & (Alignment - 1));
        bytes.CopyTo(array.AsSpan(offset));

        // Safety: the array is allocated as pinned and never moves. The offset is at most what it is longer
        // by.
        start = StartOf(array) + offset;
        return new FrozenMemory(array);
    }

    /// <summary>To be called behind the last read through a pointer. It needs no <c>finally</c>: as long as a
    /// method can still come here the memory stays, and a call that throws is a point from where it
    /// could.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepAlive() => GC.KeepAlive(_array);

    /// <summary>A part of the memory as a span that keeps it alive.</summary>
    // Safety: the part must lie in the memory. In the array, the span is made from the array and its bounds
    // are checked: the garbage collector sees it as a reference to the array. The pointer is not read here. The
    // resource is mapped as long as the assembly is loaded, which is as long as there is code that could read
    // it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> View(byte* start, int length)
    {
        byte[]? array = _array;
        return array is null
            ? new ReadOnlySpan<byte>(start, length)
            : new ReadOnlySpan<byte>(array, (int)(start - StartOf(array)), length);
    }

    // Safety: only of arrays that are allocated as pinned, which never move.
    private static byte* StartOf(byte[] array) =>
        (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
}
