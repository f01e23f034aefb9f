using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Vocab.Builder;

/// <summary>The frozen vocabulary in a compiled assembly.</summary>
internal static class EmbeddedVocabulary
{
    /// <summary>Moves the vocabulary, if the assembly has one, to an address that is a multiple of
    /// <see cref="FrozenFormat.SectionAlignment"/>. A section's place in the file and its address differ by a
    /// multiple of that.</summary>
    public static void Align(string path)
    {
        byte[] assembly = File.ReadAllBytes(path);
        using var image = new PEReader(new MemoryStream(assembly, writable: false));
        if (!TryFind(image, out int start)
            || !FrozenResource.Align(
                assembly.AsSpan(
                    start + sizeof(uint), BinaryPrimitives.ReadInt32LittleEndian(assembly.AsSpan(start))),
                start + sizeof(uint)))
        {
            return;
        }

        File.WriteAllBytes(path, assembly);
    }

    /// <summary>Finds the resource's length in the file; the resource follows it.</summary>
    private static bool TryFind(PEReader image, out int start)
    {
        MetadataReader metadata = image.GetMetadataReader();
        foreach (ManifestResourceHandle handle in metadata.ManifestResources)
        {
            ManifestResource resource = metadata.GetManifestResource(handle);
            if (metadata.StringComparer.Equals(resource.Name, FrozenVocabulary.ResourceName)
                && image.PEHeaders.TryGetDirectoryOffset(
                    image.PEHeaders.CorHeader!.ResourcesDirectory, out int resources))
            {
                start = resources + (int)resource.Offset;
                return true;
            }
        }

        start = 0;
        return false;
    }
}
