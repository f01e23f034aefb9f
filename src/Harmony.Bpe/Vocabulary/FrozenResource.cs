using System.Buffers.Binary;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// The frozen vocabulary as a resource of an assembly: a u32 that says where it begins, room to move it in, and
/// the vocabulary. A compiler puts a resource at any multiple of 4, where a quarter of the tables' entries
/// would lie across two cache lines; so the build moves the vocabulary, in the assembly, to where its
/// sections begin at multiples of <see cref="FrozenFormat.SectionAlignment"/> in memory, too. An assembly that was
/// rewritten since is read as well, only slower.
/// </summary>
internal static class FrozenResource
{
    private const int OffsetLength = sizeof(uint);

    /// <summary>How much longer the resource is than the vocabulary.</summary>
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
    /// <param name="address">Its address, but for a multiple of the alignment.</param>
    /// <returns>False if it was there before.</returns>
    public static bool Align(Span<byte> resource, long address)
    {
        Range range = Locate(resource);
        const int Alignment = FrozenFormat.SectionAlignment;
        int start = OffsetLength + (int)(-(address + OffsetLength) & (Alignment - 1));
        if (range.Start.Value == start)
        {
            return false;
        }

        // What was around it is not left there, so that the same sources always make the same assembly.
        byte[] frozen = resource[range].ToArray();
        resource.Clear();
        frozen.CopyTo(resource[start..]);
        BinaryPrimitives.WriteUInt32LittleEndian(resource, (uint)start);
        return true;
    }
}
