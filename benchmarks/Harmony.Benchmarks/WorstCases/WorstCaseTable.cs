using System.Diagnostics;
using System.Globalization;
using System.Text;
using Harmony.Bpe;
using Harmony.Tests;

namespace Harmony.Benchmarks.WorstCases;

/// <summary>
/// The worst cases in a minute: megabytes of UTF-8 a second, by the thread's processor time, of the first
/// pass over a text, with compiled code. Each pass takes a text of another seed, so that noise is never seen
/// twice.
/// </summary>
internal static class WorstCaseTable
{
    private const int Short = 100_000;
    private const int Long = 1_000_000;
    private const int Passes = 5;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.6);

    private static readonly int[] Destination = new int[Long];
    private static int _seed;

    /// <summary>Prints the table; for the names that are given, else for all.</summary>
    public static void Print(string[] names)
    {
        Console.WriteLine("| text | 100 KB | 1 MB | time × | count | chars | count chars |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (string name in WorstCaseTexts.Names.Where(name => names.Length == 0 || names.Contains(name)))
        {
            Console.WriteLine(Row(name));
        }
    }

    private static string Row(string name)
    {
        // Compiles the code and lets it settle, which the runtime does in the background.
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 3 || Stopwatch.GetElapsedTime(start) < WarmUp; i++)
        {
            Rate(name, Short, Encode);
            Rate(name, Short, Count);
            Rate(name, Short, EncodeChars);
            Rate(name, Short, CountChars);
        }

        double shortRate = Rate(name, Short, Encode);
        double longRate = Rate(name, Long, Encode);
        double[] rates =
        [
            shortRate, longRate, Long / longRate / (Short / shortRate), Rate(name, Long, Count),
            Rate(name, Long, EncodeChars), Rate(name, Long, CountChars),
        ];
        IEnumerable<string> cells = rates.Select(
            static rate => rate.ToString(rate < 100 ? "F1" : "F0", CultureInfo.InvariantCulture));
        return $"| {name} | {string.Join(" | ", cells)} |";
    }

    private static long Encode(byte[] utf8, string text) =>
        BpeTokenizer.O200kHarmony.Encode(utf8, Destination, out _, out int written) == 0 ? written : -1;

    private static long Count(byte[] utf8, string text) => BpeTokenizer.O200kHarmony.Count(utf8);

    private static long EncodeChars(byte[] utf8, string text) =>
        BpeTokenizer.O200kHarmony.Encode(text, Destination, out _, out int written) == 0 ? written : -1;

    private static long CountChars(byte[] utf8, string text) => BpeTokenizer.O200kHarmony.Count(text);

    /// <summary>The median of some passes, in megabytes a second.</summary>
    private static double Rate(string name, int length, Func<byte[], string, long> pass)
    {
        var rates = new double[Passes];
        for (int i = 0; i < Passes; i++)
        {
            byte[] utf8 = WorstCaseTexts.Create(name, length, ++_seed);
            string text = Encoding.UTF8.GetString(utf8);
            double start = ThreadClock.Seconds;
            if (pass(utf8, text) <= 0)
            {
                throw new InvalidOperationException($"{name}: nothing was encoded");
            }

            rates[i] = length / 1e6 / (ThreadClock.Seconds - start);
        }

        Array.Sort(rates);
        return rates[Passes / 2];
    }
}
