namespace Harmony.Core.Parsing;

/// <summary>Options made ready for parsing. Immutable.</summary>
internal sealed class ParserPlan
{
    private readonly Dictionary<string, StopStringMatcher> _matchers = new(StringComparer.Ordinal);
    private readonly StopStringMatcher? _matcherOfOthers;
    private readonly StopStringMatcher? _matcherOfNone;

    /// <summary>Makes options ready.</summary>
    /// <exception cref="ArgumentException">A stop string is empty, or the role is none.</exception>
    public ParserPlan(HarmonyParserOptions options)
    {
        Options = options;
        Router = new ToolRouter(options.DeclaredTools);
        ImpliedRole = options.Role ?? Role.Assistant;
        if ((uint)ImpliedRole >= RoleWords.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Role, "This value is no role.");
        }

        foreach (StopString stop in options.StopStrings)
        {
            if (string.IsNullOrEmpty(stop.Text))
            {
                throw new ArgumentException("A stop string is empty.", nameof(options));
            }
        }

        _matcherOfOthers = Matcher(options.StopStrings, static (on, _) => on is null, "");
        _matcherOfNone = Matcher(
            options.StopStrings, static (on, _) => on is null or Channels.Final, Channels.Final);
        foreach (StopString stop in options.StopStrings)
        {
            if (stop.Channel is string channel && !_matchers.ContainsKey(channel))
            {
                StopStringMatcher? matcher = Matcher(
                    options.StopStrings, static (on, wanted) => on is null || on == wanted, channel);
                _matchers.Add(channel, matcher!);
            }
        }
    }

    public HarmonyParserOptions Options { get; }

    public ToolRouter Router { get; }

    /// <summary>The role of a message whose header has none.</summary>
    public Role ImpliedRole { get; }

    /// <summary>What finds the stop strings of a channel; null if it has none.</summary>
    public StopStringMatcher? MatcherFor(string? channel) =>
        channel is null ? _matcherOfNone
        : _matchers.TryGetValue(channel, out StopStringMatcher? matcher) ? matcher
        : _matcherOfOthers;

    private static StopStringMatcher? Matcher(
        ValueList<StopString> stops, Func<string?, string, bool> counts, string channel)
    {
        string[] texts = [.. stops.Where(stop => counts(stop.Channel, channel))
            .Select(static stop => stop.Text).Distinct(StringComparer.Ordinal)];
        return texts.Length == 0 ? null : new StopStringMatcher(texts);
    }
}
