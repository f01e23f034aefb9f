using System.Diagnostics;
using System.Globalization;
using System.Text;
using Harmony.Benchmarks.WorstCases;
using Harmony.Bpe;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Fuzz;

/// <summary>
/// Climbs towards texts that take long for their length. A text is a list of parts, each some letters in any
/// order or repeated; a change of a part is kept if the text became slower. The worst that a climb comes to
/// is printed, so that it can become one of the worst cases.
/// </summary>
internal static class SlowTextHunt
{
    private const int Length = 60_000;
    private const int StepsToAClimb = 150;

    private static readonly int[] Ids = new int[Length];

    /// <summary>Climbs until the time is over.</summary>
    public static int Run(int seed, double minutes)
    {
        var clock = Stopwatch.StartNew();
        for (int climb = seed; clock.Elapsed.TotalMinutes < minutes; climb++)
        {
            var random = new Random(climb);
            List<Part> best = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Part.Next(random))];
            double slowest = Cost(best, random);
            for (int step = 0; step < StepsToAClimb && clock.Elapsed.TotalMinutes < minutes; step++)
            {
                List<Part> changed = Change(best, random);
                double cost = Cost(changed, random);
                if (cost > slowest)
                {
                    best = changed;
                    slowest = cost;
                }
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{1e3 / Cost(best, random),8:F1} MB/s  climb {climb}: {string.Join("; ", best)}"));
        }

        return 0;
    }

    private static List<Part> Change(List<Part> parts, Random random)
    {
        List<Part> changed = [.. parts];
        int at = random.Next(changed.Count);
        switch (random.Next(4))
        {
            case 0 when changed.Count < 6:
                changed.Insert(at, Part.Next(random));
                break;
            case 1 when changed.Count > 1:
                changed.RemoveAt(at);
                break;
            default:
                changed[at] = changed[at].Change(random);
                break;
        }

        return changed;
    }

    /// <summary>Nanoseconds of processor time a byte: the least of three texts that the parts make, so that a
    /// disturbance of one does not matter.</summary>
    private static double Cost(List<Part> parts, Random random)
    {
        double least = double.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            byte[] utf8 = Create(parts, random);
            double start = ThreadClock.Seconds;
            BpeTokenizer.O200kHarmony.Encode(utf8, Ids, out _, out _, EncodeOptions.Ordinary);
            least = Math.Min(least, (ThreadClock.Seconds - start) * 1e9 / utf8.Length);
        }

        return least;
    }

    private static byte[] Create(List<Part> parts, Random random)
    {
        var text = new List<byte>(Length + 1_000);
        while (text.Count < Length)
        {
            foreach (Part part in parts)
            {
                part.AddTo(text, random);
            }
        }

        return [.. text.Take(Length)];
    }

    /// <summary>Some strings, a number of which are put one after another.</summary>
    private sealed record Part(string[] Units, int Least, int Most, bool InOrder)
    {
        private static readonly string[] Classes =
        [
            "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", " \t\n\r", "'stremdl", "/\n", "\u0301\u0308\u0327", "\u4F60\u597D\u4E16\u754C",
            "=-_*#", "\u200D\u2764\uFE0F", "\u0430\u0431\u0432\u0433\u0434", "\u3000\u00A0\u2003", "\u00E9\u00E8\u00EA", "\u0E01\u0E48\u0E32", "<|end>",
        ];

        public static Part Next(Random random)
        {
            int least = random.Next(1, 1 << random.Next(1, 10));
            return new Part(NextUnits(random), least, least + random.Next(1 << random.Next(1, 10)), random.Next(3) == 0);
        }

        public Part Change(Random random) => random.Next(4) switch
        {
            0 => this with { Units = NextUnits(random) },
            1 => this with { Least = Math.Max(1, Least / 2), Most = Math.Max(1, Most / 2) },
            2 => this with { Most = Math.Min(4 * Length, 2 * Most) },
            _ => this with { Units = [.. Units, .. NextUnits(random).Take(3)] },
        };

        public void AddTo(List<byte> text, Random random)
        {
            int count = random.Next(Least, Most + 1);
            for (int i = 0; i < count && text.Count < Length; i++)
            {
                text.AddRange(Encoding.UTF8.GetBytes(Units[InOrder ? i % Units.Length : random.Next(Units.Length)]));
            }
        }

        public override string ToString() =>
            $"{Least}..{Most} {(InOrder ? "in order" : "of")} [{string.Join(' ', Units.Select(static unit => Uri.EscapeDataString(unit)))}]";

        private static string[] NextUnits(Random random)
        {
            if (random.Next(4) == 0)
            {
                // Tokens, so that their parts merge at many levels.
                return [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => Encoding.UTF8.GetString(
                    TextbookMerge.O200kTokens[random.Next(TextbookMerge.O200kTokens.Count)]))];
            }

            string[] letters = [.. Classes[random.Next(Classes.Length)].EnumerateRunes().Select(static rune => rune.ToString())];
            return [.. letters.Take(random.Next(1, letters.Length + 1))];
        }
    }
}
