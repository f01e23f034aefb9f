using System.Buffers.Binary;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// The frozen vocabulary as a resource of an assembly: a u32 that says where it begins, the vocabulary, and
/// room to move it. A compiler aligns resources to 4 bytes, where a quarter of the tables' entries would lie
/// across two cache lines. So the build moves the vocabulary inside the assembly until its sections begin at
/// multiples of <see cref="FrozenFormat.SectionAlignment"/> in memory. If a later tool rewrites the assembly,
/// it still works, only slower.
/// </summary>
internal static class FrozenResource
{
    private const int OffsetLength = sizeof(uint);

    /// <summary>The bytes of the resource in addition to the vocabulary.</summary>
    public const int ExtraLength = OffsetLength + FrozenFormat.SectionAlignment;

    /// <summary>Makes the resource.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> frozen)
    {
        var resource = new byte[ExtraLength + frozen.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(resource, OffsetLength);
        frozen.CopyTo(resource.AsSpan(OffsetLength));
        return resource;
    }

    /// <summary>Where the vocabulary is in the resource.</summary>
    /// <exception cref="VocabularyException">The bytes are no such resource.</exception>
    public static Range Locate(ReadOnlySpan<byte> resource)
    {
        int length = resource.Length - ExtraLength;
        if (length < 0
            || BinaryPrimitives.ReadUInt32LittleEndian(resource) is not (>= OffsetLength and <= ExtraLength and var start))
        {
            FrozenVocabularyErrors.ThrowNotFrozen();
            return default;
        }

        return (int)start..((int)start + length);
    }

    /// <summary>Moves the vocabulary to where it is aligned.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="address">Its address, modulo the alignment.</param>
    /// <returns>False if it was aligned already.</returns>
    public static bool Align(Span<byte> resource, long address)
    {
        Range range = Locate(resource);
        const int Alignment = FrozenFormat.SectionAlignment;
        int start = OffsetLength + (int)(-(address + OffsetLength) & (Alignment - 1));
        if (range.Start.Value == start)
        {
            return false;
        }

        // Clear the old bytes, so that the same sources always make the same assembly.
        byte[] frozen = resource[range].ToArray();
        resource.Clear();
        frozen.CopyTo(resource[start..]);
        BinaryPrimitives.WriteUInt32LittleEndian(resource, (uint)start);
        return true;
    }
}
