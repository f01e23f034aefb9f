using System.Buffers;
using System.Diagnostics;
using Harmony.Bpe;

namespace Harmony.Cli.Bench;

/// <summary>Times the encoder on one file: passes over all its documents, into memory that is already
/// there.</summary>
internal sealed class BenchRun(BpeTokenizer tokenizer, BenchSettings settings)
{
    /// <summary>Ids are taken in portions that stay in the processor's cache, as a consumer of them
    /// would.</summary>
    private const int IdsAtATime = 32 * 1024;

    private static readonly Action<int> IgnoreIds = static _ => { };

    private int[] _ids = new int[IdsAtATime];

    public BenchResult Measure(string file, byte[] utf8, double loadMilliseconds)
    {
        Range[] documents = DocumentCutter.Cut(utf8, settings.DocumentSize);
        var seconds = new double[settings.Passes];
        long allocated = 0;
        for (int pass = 0; pass < seconds.Length; pass++)
        {
            if (settings.Cold)
            {
                EncoderCache.Clear();
            }

            seconds[pass] = Time(utf8, documents, ref allocated);
        }

        (long tokens, ulong hash) = Hash(utf8, documents);
        double megabytes = utf8.Length / 1e6;
        double first = seconds[0];
        Array.Sort(seconds);
        using var process = Process.GetCurrentProcess();
        return new BenchResult
        {
            File = file,
            Bytes = utf8.Length,
            Documents = documents.Length,
            Tokens = tokens,
            Hash = hash,
            LoadMilliseconds = loadMilliseconds,
            FirstSpeed = megabytes / first,
            BestSpeed = megabytes / seconds[0],
            MedianSpeed = megabytes / Median(seconds),
            Gigahertz = ClockRate.Gigahertz(),
            PeakResidentBytes = process.PeakWorkingSet64,
            AllocatedBytesPerPass = allocated / settings.Passes,
        };
    }

    /// <summary>Encodes built-in text until the encoder is compiled as well as it will ever be.</summary>
    public void WarmUp()
    {
        // The clock's first use allocates, and fails where there is none.
        PassClock.Seconds(settings.ThreadTime);
        byte[] utf8 = WarmUpText.Create();
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < settings.WarmUp)
        {
            Encode(utf8, DocumentCutter.Cut(utf8, size: null), IgnoreIds);
            Encode(utf8, DocumentCutter.Cut(utf8, size: 1000), IgnoreIds);
        }
    }

    private double Time(byte[] utf8, Range[] documents, ref long allocated)
    {
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        double seconds = 0;
        if (settings.Fresh)
        {
            foreach (Range document in documents)
            {
                EncoderCache.Clear();
                seconds += Time(utf8, [document]);
            }
        }
        else
        {
            seconds = Time(utf8, documents);
        }

        allocated += GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;

        // A clock may not have moved over a handful of bytes.
        return Math.Max(seconds, 1e-9);
    }

    private double Time(byte[] utf8, ReadOnlySpan<Range> documents)
    {
        double start = PassClock.Seconds(settings.ThreadTime);
        Encode(utf8, documents, IgnoreIds);
        return PassClock.Seconds(settings.ThreadTime) - start;
    }

    private (long Tokens, ulong Hash) Hash(byte[] utf8, Range[] documents)
    {
        long tokens = 0;
        var hash = new IdHash();
        Encode(utf8, documents, count =>
        {
            tokens += count;
            hash.Add(_ids.AsSpan(0, count));
        });
        return (tokens, hash.Value);
    }

    private void Encode(byte[] utf8, ReadOnlySpan<Range> documents, Action<int> onIds)
    {
        foreach (Range document in documents)
        {
            ReadOnlySpan<byte> rest = utf8.AsSpan(document);
            while (!rest.IsEmpty)
            {
                OperationStatus status = tokenizer.Encode(
                    rest, _ids, out int consumed, out int written, EncodeOptions.Ordinary);
                if (status == OperationStatus.DestinationTooSmall && written == 0)
                {
                    // A single piece has more ids than there is room for. No document has more ids than bytes.
                    _ids = new int[rest.Length];
                }

                onIds(written);
                rest = rest[consumed..];
            }
        }
    }

    private static double Median(double[] sorted)
    {
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
