using System.Text;

namespace Harmony.Fuzz;

/// <summary>One case: its random numbers, which depend on seed, target and number alone, and what is known of
/// its input if it fails.</summary>
internal sealed class FuzzCase
{
    private readonly StringBuilder _log = new();

    public FuzzCase(string target, int seed, long number)
    {
        // FNV-1a: the hash codes of strings differ from process to process.
        ulong hash = 0xCBF2_9CE4_8422_2325;
        foreach (char c in $"{target} {seed} {number}")
        {
            hash = (hash ^ c) * 0x100_0000_01B3;
        }

        Random = new Random((int)(hash ^ (hash >> 32)));
    }

    public Random Random { get; }

    /// <summary>What was noted, line by line.</summary>
    public string Notes => _log.ToString();

    /// <summary>Remembers the input, for the report.</summary>
    public void Note(string what, ReadOnlySpan<byte> bytes) =>
        _log.Append(what).Append(": ").AppendLine(Convert.ToHexString(bytes));

    /// <summary>Remembers the input, for the report.</summary>
    public void Note(string what, ReadOnlySpan<int> ids) =>
        _log.Append(what).Append(": ").AppendLine(string.Join(' ', ids.ToArray()));

    /// <summary>One of some things.</summary>
    public T Pick<T>(IReadOnlyList<T> from) => from[Random.Next(from.Count)];

    /// <summary>True once in a number of times.</summary>
    public bool OneIn(int times) => Random.Next(times) == 0;
}
