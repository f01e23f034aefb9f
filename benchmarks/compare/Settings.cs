using Harmony.Compare.Runs;
using Harmony.Compare.Tools;

namespace Harmony.Compare;

/// <summary>What the command line asks for.</summary>
internal sealed record Settings
{
    private const int LeastPasses = 3;

    /// <summary>Paths of texts, plain or packed.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public required IReadOnlyList<PeerTool> Peers { get; init; }

    /// <summary>Whether tiktoken is looked for.</summary>
    public bool WithTiktoken { get; init; } = true;

    public IReadOnlyList<Mode> Modes { get; init; } = Enum.GetValues<Mode>();

    public int Rounds { get; init; } = 5;

    public int Passes { get; init; } = 9;

    /// <summary>Where the results go; null for the folder of this processor.</summary>
    public string? Output { get; init; }

    /// <exception cref="CompareException">They do not make sense.</exception>
    public void Check()
    {
        if (Rounds < 1)
        {
            throw new CompareException("--rounds is at least 1");
        }

        if (Passes < LeastPasses)
        {
            throw new CompareException(
                $"--passes is at least {LeastPasses}: of fewer, the median is no warm one");
        }

        string[] ownNames = [HarmonyTool.OurName, .. WithTiktoken ? Tiktoken.Names : []];
        ThrowIfTwice(Peers.Select(static peer => peer.Name).Concat(ownNames), "tools");
    }

    /// <exception cref="CompareException">Two have one name, so that the results could not be told
    /// apart.</exception>
    public static void ThrowIfTwice(IEnumerable<string> names, string what)
    {
        string? name = names.CountBy(static name => name).FirstOrDefault(static count => count.Value > 1).Key;
        if (name is not null)
        {
            throw new CompareException($"two {what} are called {name}");
        }
    }
}
