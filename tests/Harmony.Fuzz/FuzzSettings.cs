using System.Globalization;

namespace Harmony.Fuzz;

/// <summary>The settings of the command line.</summary>
internal sealed record FuzzSettings
{
    private const string Usage =
        """
        --minutes N   run for N minutes          --cases N     or N cases of each target (200)
        --seed N      other cases (1)            --from N      begin with case N (0): replays one with --cases 1
        --target X    only this one; repeatable  --hunt N      instead, look for slow texts for N minutes
        """;

    public IReadOnlyList<IFuzzTarget> Targets { get; private init; } = [];

    public int Seed { get; private init; } = 1;

    public long From { get; private init; }

    public long Cases { get; private init; } = 200;

    public double Minutes { get; private init; }

    public double HuntMinutes { get; private init; }

    /// <summary>Reads the arguments; false, with a message, if they make no sense.</summary>
    public static bool TryRead(string[] args, IFuzzTarget[] targets, out FuzzSettings settings)
    {
        settings = new FuzzSettings();
        var chosen = new List<IFuzzTarget>();
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : string.Empty;
            IFuzzTarget? target = Array.Find(targets, target => target.Name == value);
            bool isNumber = double.TryParse(value, CultureInfo.InvariantCulture, out double number) && number >= 0;
            switch (args[i])
            {
                case "--target" when target is not null:
                    chosen.Add(target);
                    break;
                case "--minutes" when isNumber:
                    settings = settings with { Minutes = number, Cases = long.MaxValue };
                    break;
                case "--hunt" when isNumber:
                    settings = settings with { HuntMinutes = number };
                    break;
                case "--cases" when isNumber:
                    settings = settings with { Cases = (long)number };
                    break;
                case "--seed" when isNumber:
                    settings = settings with { Seed = (int)number };
                    break;
                case "--from" when isNumber:
                    settings = settings with { From = (long)number };
                    break;
                default:
                    Console.Error.WriteLine(Usage);
                    Console.Error.WriteLine($"targets: {string.Join(' ', targets.Select(static one => one.Name))}");
                    return false;
            }
        }

        settings = settings with { Targets = chosen.Count == 0 ? targets : chosen };
        return true;
    }
}
