using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Harmony.Cli.Bench;
using Harmony.Cli.Tests.Support;
using Harmony.Tests;

namespace Harmony.Cli.Tests.Bench;

public class BenchRunTests
{
    private static readonly byte[] Text = RepositoryFiles.ReadGzip("tests/Corpora/markdown.txt.gz")[..50_000];

    [Theory]
    [InlineData(null, false, false, false)]
    [InlineData(1000, false, false, true)]
    [InlineData(100, true, false, false)]
    [InlineData(4096, false, true, false)]
    public void Measure_Text_CountsAndHashesTheIdsOfAllDocuments(int? size, bool cold, bool fresh, bool threadTime)
    {
        if (threadTime && OperatingSystem.IsWindows())
        {
            return;
        }

        var settings = new BenchSettings
        {
            DocumentSize = size,
            Passes = 2,
            Cold = cold,
            Fresh = fresh,
            ThreadTime = threadTime,
        };
        BenchResult result = new BenchRun(Ids.Tokenizer, settings).Measure("x", Text, loadMilliseconds: 0);
        int[] ids = [.. DocumentCutter.Cut(Text, size).SelectMany(static document => Ids.Of(Text[document]))];
        Assert.Equal(ids.Length, result.Tokens);
        Assert.Equal(HashOf(ids), result.Hash);
        Assert.Equal(Text.Length, result.Bytes);
        Assert.True(result.BestSpeed >= result.FirstSpeed && result.BestSpeed >= result.MedianSpeed);
        Assert.InRange(result.Gigahertz, 0.1, 10);
        Assert.True(result.MedianSpeed > 0 && result.PeakResidentBytes > Text.Length);
    }

    [Fact]
    public void Measure_PieceLongerThanTheIdBuffer_AllIds()
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, 100_000).Select(static i => (char)('a' + i * i % 26))));
        BenchResult result = new BenchRun(Ids.Tokenizer, new BenchSettings { Passes = 1 }).Measure(
            "x", utf8, 0);
        Assert.Equal(Ids.Of(utf8).Length, result.Tokens);
        Assert.Equal(HashOf(Ids.Of(utf8)), result.Hash);
    }

    // The numbers are those of the algorithm's own test suite, for "" and "foob".
    [Theory]
    [InlineData(new int[0], 0xcbf29ce484222325)]
    [InlineData(new[] { 0x626f6f66 }, 0xdd120e790c2512af)]
    public void Add_Ids_PublishedHash(int[] ids, ulong expected)
    {
        var hash = new IdHash();
        hash.Add(ids);
        Assert.Equal(expected, hash.Value);
    }

    [Fact]
    public void Bench_Json_ExactlyTheDocumentedMembers()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Add("a.md", Text);
        CommandRun run = CommandRun.WithoutInput("bench", "--json", "--passes", "2", "--docs", "500", file).AssertSucceeded();
        using JsonDocument result = JsonDocument.Parse(Assert.Single(run.OutputLines));
        Assert.Equal(
            [
                "file", "bytes", "documents", "tokens", "fnv1a64", "load_ms", "first_mb_s", "best_mb_s", "median_mb_s",
                "clock_ghz", "peak_rss_bytes", "allocated_bytes_per_pass",
            ],
            result.RootElement.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(16, result.RootElement.GetProperty("fnv1a64").GetString()!.Length);
    }

    [Fact]
    public void Bench_UnfitNumbers_UsageError()
    {
        CommandRun.WithoutInput("bench", "--passes", "0", "-").AssertFailed(
            ExitCodes.Usage, "--passes must be at least 1");
        CommandRun.WithoutInput("bench", "--docs", "-5", "-").AssertFailed(
            ExitCodes.Usage, "--docs must be at least 1");
    }

    // The textbook's loop, over the bytes.
    private static ulong HashOf(int[] ids)
    {
        ulong hash = 14695981039346656037;
        Span<byte> bytes = stackalloc byte[4];
        foreach (int id in ids)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, id);
            foreach (byte b in bytes)
            {
                hash ^= b;
                hash *= 1099511628211;
            }
        }

        return hash;
    }
}
