using System.IO.Hashing;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Recognizes published ranks that need another splitting pattern than o200k's, and ranks derived from them,
/// by their first ranks. Line ends, the order of lines and appended ranks make no difference.
/// </summary>
internal static class OtherPatterns
{
    /// <summary>The number of ranks that are compared.</summary>
    public const int RankCount = 1000;

    /// <summary>The names of the published ranks, or null if they are none of these.</summary>
    public static string? NameOf(Dictionary<int, (byte[] Token, int Line)> byRank)
    {
        var hash = new XxHash3();
        for (int rank = 0; rank < RankCount; rank++)
        {
            if (!byRank.TryGetValue(rank, out (byte[] Token, int Line) entry))
            {
                return null;
            }

            // The length too, so that the hash depends on where tokens end.
            hash.Append([(byte)entry.Token.Length, (byte)(entry.Token.Length >> 8)]);
            hash.Append(entry.Token);
        }

        return hash.GetCurrentHashAsUInt64() switch
        {
            0x330D_B220_351D_16BD => "gpt2, r50k_base and p50k_base",
            0x7570_9922_2988_5CD3 => "cl100k_base",
            _ => null,
        };
    }
}
