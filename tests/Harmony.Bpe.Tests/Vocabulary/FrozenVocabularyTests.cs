using System.Buffers.Binary;
using System.IO.Hashing;
using System.Reflection;
using System.Security.Cryptography;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.Vocabulary;

/// <summary>The content of the frozen binary, and that all damage is noticed.</summary>
public sealed class FrozenVocabularyTests
{
    private static readonly byte[] Small = RandomVocabulary.Freeze(
        RandomVocabulary.Create(seed: 1, merges: 60, shuffled: false), new Dictionary<string, int> { ["<|x|>"] = 9_000 });

    private static int HeaderLength => BinaryPrimitives.ReadInt32LittleEndian(Small.AsSpan(12));

    /// <summary>Found by the fuzzer: the hashes of these three rules collided for 64 seeds that differed in
    /// six bits only.</summary>
    [Fact]
    public void Build_RulesThatAreMuchAlike_FindsATable()
    {
        ulong[] rules = [MergeTable.Split(173, 235), MergeTable.Split(257, 257), MergeTable.Split(173, 257)];
        var written = new HashSet<int>();

        PerfectHashBuilder.Build(
            rules.Length,
            sizeof(uint),
            (rule, seed) => MergeTable.Hash(rules[rule], seed),
            (rule, _, _) => written.Add(rule));

        Assert.Equal(rules.Length, written.Count);
    }

    /// <summary>Two long tokens that begin alike: their hashes once differed by the same bits with every
    /// seed, so that no table could be made.</summary>
    [Fact]
    public void Freeze_TokensThatBeginAlike_FindsATable()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(static b => new[] { (byte)b })];
            for (int i = 0; i < 2; i++)
            {
                byte[] token = [.. "sixteen bytes..."u8, .. new byte[8]];
                random.NextBytes(token.AsSpan(16));
                tokens.Add(token);
            }

            FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));

            Assert.Equal(256, vocabulary.Pieces.Find(tokens[256]));
            Assert.Equal(257, vocabulary.Pieces.Find(tokens[257]));
            GC.KeepAlive(vocabulary);
        }
    }

    [Fact]
    public void OpenCopy_EveryHeaderBitFlipped_IsRefused()
    {
        for (int at = 0; at < HeaderLength; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                AssertRefused(Damaged(at, (byte)(1 << bit)), $"byte {at}, bit {bit}");
            }
        }
    }

    [Fact]
    public void OpenCopy_PayloadByteFlipped_IsRefused()
    {
        for (int at = HeaderLength; at < Small.Length; at += at < HeaderLength + 4_000 ? 13 : 997)
        {
            AssertRefused(Damaged(at, 0x80), $"byte {at}");
        }

        AssertRefused(Damaged(Small.Length - 1, 1), "last byte");
    }

    [Fact]
    public void OpenCopy_Truncated_IsRefused()
    {
        for (int length = 0; length < Small.Length; length += length < 2 * HeaderLength ? 1 : 1_009)
        {
            AssertRefused(Small[..length], $"length {length}");
        }

        AssertRefused(Small[..^1], "without the last byte");
        AssertRefused([.. Small, 0], "with a byte too many");
    }

    /// <summary>Header fields that lie, under a checksum that is right: nothing is read outside the
    /// file.</summary>
    [Theory]
    [InlineData(12, 0)]
    [InlineData(12, int.MaxValue)]
    [InlineData(12, -1)]
    [InlineData(72, int.MaxValue)]
    [InlineData(72, -1)]
    [InlineData(84, 0)]
    [InlineData(84, 1)]
    [InlineData(84, int.MaxValue)]
    [InlineData(84, -1)]
    [InlineData(88 + 4, -16)]
    [InlineData(88 + 8, -16)]
    [InlineData(88 + 8, 4)]
    [InlineData(88 + 16 + 8, 4)]
    [InlineData(88 + (3 * 16) + 8, 16)]
    [InlineData(88 + (6 * 16) + 8, 100)]
    [InlineData(88 + (7 * 16) + 8, 100)]
    [InlineData(88 + (8 * 16) + 8, 100)]
    public void OpenCopy_LyingHeaderWithRightChecksum_IsRefused(int at, int value)
    {
        byte[] frozen = [.. Small];
        BinaryPrimitives.WriteInt32LittleEndian(frozen.AsSpan(at), value);
        ReSeal(frozen);

        AssertRefused(frozen, $"offset {at} = {value}");
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(8, 25)]
    [InlineData(8, -1)]
    [InlineData(12, 0)]
    [InlineData(12, 25)]
    public void OpenCopy_ImpossibleHashTable_IsRefused(int at, int value)
    {
        byte[] frozen = [.. Small];
        int section = BinaryPrimitives.ReadInt32LittleEndian(frozen.AsSpan(88 + (3 * 16) + 4));
        BinaryPrimitives.WriteInt32LittleEndian(frozen.AsSpan(section + at), value);
        ReSeal(frozen);

        AssertRefused(frozen, $"hash table offset {at} = {value}");
    }

    [Fact]
    public void OpenCopy_AnotherVersion_IsNamed()
    {
        const int Another = (int)FrozenFormat.Version + 1;
        byte[] frozen = [.. Small];
        BinaryPrimitives.WriteInt32LittleEndian(frozen.AsSpan(8), Another);
        ReSeal(frozen);

        VocabularyException error = Assert.Throws<VocabularyException>(() => FrozenVocabulary.OpenCopy(frozen));
        Assert.Contains($"version {Another}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Freeze_SameInput_GivesSameBytes() => Assert.Equal(Small, RandomVocabulary.Freeze(
        RandomVocabulary.Create(seed: 1, merges: 60, shuffled: false), new Dictionary<string, int> { ["<|x|>"] = 9_000 }));

    [Fact]
    public void Freeze_AnySection_StartsAligned()
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(Small.AsSpan(84));
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(0, BinaryPrimitives.ReadInt32LittleEndian(Small.AsSpan(88 + (16 * i) + 4)) % 64);
        }
    }

    [Fact]
    public void Embedded_Resource_IsWhatTheLockSays()
    {
        Assembly assembly = typeof(BpeTokenizer).Assembly;
        using var stream = new MemoryStream();
        assembly.GetManifestResourceStream(FrozenVocabulary.ResourceName)!.CopyTo(stream);
        byte[] resource = stream.ToArray();
        byte[] frozen = resource[FrozenResource.Locate(resource)];
        string[] locked = File.ReadAllLines(RepositoryFiles.PathOf("vocab/vocabulary.lock"));

        Assert.Contains($"frozen sha256:{Convert.ToHexStringLower(SHA256.HashData(frozen))}", locked);
        Assert.Contains("unreachable-by-merging none", locked);
        Assert.Contains("unicode 16.0.0", locked);
    }

    [Fact]
    public unsafe void Embedded_Resource_IsAlignedToCacheLines()
    {
        Assembly assembly = typeof(BpeTokenizer).Assembly;
        var stream = (UnmanagedMemoryStream)assembly.GetManifestResourceStream(FrozenVocabulary.ResourceName)!;
        Range range = FrozenResource.Locate(new ReadOnlySpan<byte>(stream.PositionPointer, (int)stream.Length));

        Assert.Equal(0, ((nint)stream.PositionPointer + range.Start.Value) % FrozenFormat.SectionAlignment);
    }

    [Fact]
    public void ResourceAlign_AnyAddress_MovesTheVocabularyToAMultiple()
    {
        byte[] resource = FrozenResource.Wrap(Small);
        Assert.Equal(Small, resource[FrozenResource.Locate(resource)]);
        for (int address = 0; address < 300; address += 4)
        {
            FrozenResource.Align(resource, address);
            Range range = FrozenResource.Locate(resource);

            Assert.Equal(0, (address + range.Start.Value) % FrozenFormat.SectionAlignment);
            Assert.Equal(Small, resource[range]);
            Assert.Equal(0, resource[4..range.Start.Value].Count(static b => b != 0));
            Assert.Equal(0, resource[range.End.Value..].Count(static b => b != 0));
            Assert.False(FrozenResource.Align(resource, address));
        }
    }

    [Theory]
    [InlineData(3u)]
    [InlineData(69u)]
    [InlineData(uint.MaxValue)]
    public void ResourceLocate_AnOffsetOutside_Throws(uint offset)
    {
        byte[] resource = FrozenResource.Wrap(Small);
        BitConverter.TryWriteBytes(resource, offset);

        Assert.Throws<VocabularyException>(() => FrozenResource.Locate(resource));
        Assert.Throws<VocabularyException>(() => FrozenResource.Locate(new byte[FrozenResource.ExtraLength - 1]));
    }

    [Fact]
    public void Embedded_Vocabulary_VerifiesAndNamesItsRankFile()
    {
        BpeTokenizer.O200kHarmony.VerifyVocabulary();
        byte[] rankFile = File.ReadAllBytes(RepositoryFiles.PathOf("vocab/o200k_base.tiktoken"));

        Assert.Equal(SHA256.HashData(rankFile), BpeTokenizer.O200kHarmony.RankFileSha256);
        Assert.Equal(
            "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
            Convert.ToHexStringLower(BpeTokenizer.O200kHarmony.RankFileSha256));
        Assert.Equal(BpeTokenizer.O200kBase.Fingerprint, BpeTokenizer.O200kHarmony.Fingerprint);
    }

    [Fact]
    public void Splits_EveryToken_AreTheTextbooksLastMerge()
    {
        MergeTable merges = FrozenVocabulary.Embedded.Merges;
        IReadOnlyList<byte[]> tokens = TextbookMerge.O200kTokens;
        for (int id = 0; id < tokens.Count; id++)
        {
            if (!merges.TryGetSplit(id, out int left, out int right))
            {
                Assert.Single(tokens[id]);
                continue;
            }

            Assert.Equal(tokens[id], tokens[left].Concat(tokens[right]));
            Assert.Equal(id, merges.Find(left, right));
        }
    }

    private static byte[] Damaged(int at, byte bits)
    {
        byte[] frozen = [.. Small];
        frozen[at] ^= bits;
        return frozen;
    }

    /// <summary>Corrects the fingerprint and the header checksum, if the header still tells where they
    /// are.</summary>
    private static void ReSeal(byte[] frozen)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(
            frozen.AsSpan(24), XxHash3.HashToUInt64(frozen.AsSpan(HeaderLength)));
        int checksum = HeaderLength - 8;
        BinaryPrimitives.WriteUInt64LittleEndian(
            frozen.AsSpan(checksum), XxHash3.HashToUInt64(frozen.AsSpan(0, checksum)));
    }

    private static void AssertRefused(byte[] frozen, string damage)
    {
        Exception? error = Record.Exception(() => FrozenVocabulary.OpenCopy(frozen).OpenSpecialTokens(0));
        Assert.True(error is VocabularyException, $"{damage}: {error?.GetType().Name ?? "was accepted"}");
    }
}
