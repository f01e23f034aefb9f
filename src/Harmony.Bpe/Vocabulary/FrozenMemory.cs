using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// The memory that the pointers of a frozen vocabulary point into: a pinned array, or the mapped resource of
/// the assembly, for which this is the default value.
/// </summary>
/// <remarks>
/// A pointer keeps nothing alive. Nor do <c>this</c> and parameters after their last use, even while the
/// method still runs. So code that reads through the pointers of the tables calls <see cref="KeepAlive"/>
/// after the last read, or <see cref="GC.KeepAlive"/> with the <see cref="FrozenVocabulary"/>. What is
/// returned to be read later is a <see cref="View"/>.
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

        // Safety: the array is pinned and never moves. It is longer than the copy by the largest offset.
        start = StartOf(array) + offset;
        return new FrozenMemory(array);
    }

    /// <summary>Keeps the memory alive up to here; call it after the last read through a pointer. It needs no
    /// <c>finally</c>: up to a call that throws, the method could still come here, so the memory
    /// stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepAlive() => GC.KeepAlive(_array);

    /// <summary>A part of the memory as a span that keeps it alive.</summary>
    // Safety: the part must lie in the memory. For the array, the span is made from the array with checked
    // bounds, and the garbage collector sees it as a reference to the array; the pointer is not read. The
    // resource is mapped as long as the assembly is loaded, so as long as there is code that could read it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> View(byte* start, int length)
    {
        byte[]? array = _array;
        return array is null
            ? new ReadOnlySpan<byte>(start, length)
            : new ReadOnlySpan<byte>(array, (int)(start - StartOf(array)), length);
    }

    // Safety: only for pinned arrays, which never move.
    private static byte* StartOf(byte[] array) =>
        (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
}
