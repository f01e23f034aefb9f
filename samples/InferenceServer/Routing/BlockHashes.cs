using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace InferenceServer.Routing;

/// <summary>Names the prefixes of prompts in Dynamo's form: a hash for each block of 16 ids, and one for all
/// ids up to the end of each block. Two prompts that begin with the same blocks have the same first
/// hashes.</summary>
internal static class BlockHashes
{
    public const int BlockSize = 16;

    private const long Seed = 1337;

    /// <summary>The hashes of a prompt's prefixes, one for each full block.</summary>
    /// <param name="promptIds">The prompt.</param>
    /// <param name="cacheSalt">Parts the prefix from those of other salts, as engines do; null for
    /// none.</param>
    public static ulong[] OfPrefixes(ReadOnlySpan<int> promptIds, string? cacheSalt)
    {
        var hashes = new ulong[promptIds.Length / BlockSize];
        ulong before = cacheSalt is null ? 0 : XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(cacheSalt), Seed);
        bool isFirst = cacheSalt is null;
        Span<ulong> pair = stackalloc ulong[2];
        for (int i = 0; i < hashes.Length; i++)
        {
            ulong block = OfBlock(promptIds.Slice(i * BlockSize, BlockSize));
            pair[0] = before;
            pair[1] = block;

            // The first prefix is the first block.
            before = isFirst ? block : XxHash3.HashToUInt64(MemoryMarshal.AsBytes(pair), Seed);
            isFirst = false;
            hashes[i] = before;
        }

        return hashes;
    }

    /// <summary>The hash of one block: of its ids' bytes, little-endian as on all machines that .NET runs
    /// on.</summary>
    public static ulong OfBlock(ReadOnlySpan<int> ids) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(ids), Seed);
}
