using System.Runtime.CompilerServices;
using System.Text;

namespace Harmony.Core.Parsing;

/// <summary>Parser options with everything that is computed from them: checked, with the automata of their
/// stop strings and a router of their tools. Each instance of options is compiled once. Immutable and
/// thread-safe.</summary>
internal sealed class CompiledParserOptions
{
    private static readonly ConditionalWeakTable<HarmonyParserOptions, CompiledParserOptions> Compiled = [];

    private readonly Dictionary<string, StopStringMatcher> _matchers = new(StringComparer.Ordinal);
    private readonly StopStringMatcher? _matcherForOtherChannels;

    private CompiledParserOptions(HarmonyParserOptions options)
    {
        Options = options;
        Router = new ToolRouter(options.DeclaredTools);
        ImpliedRole = options.Role ?? Role.Assistant;
        if ((uint)ImpliedRole >= RoleExtensions.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Role, "This value is no role.");
        }

        CheckContinues(options);
        CheckStopStrings(options);
        string[] forAll = TextsFor(options.StopStrings, channel: null);
        _matcherForOtherChannels = CreateMatcher(forAll, forAll, null);
        foreach (StopString stop in options.StopStrings)
        {
            if (stop.Channel is string channel && !_matchers.ContainsKey(channel))
            {
                string[] texts = TextsFor(options.StopStrings, channel);
                _matchers.Add(channel, CreateMatcher(texts, forAll, _matcherForOtherChannels)!);
            }
        }
    }

    public HarmonyParserOptions Options { get; }

    public ToolRouter Router { get; }

    /// <summary>The role of a message whose header has no role.</summary>
    public Role ImpliedRole { get; }

    /// <summary>Compiles options. The same instance always gives the same result.</summary>
    /// <exception cref="ArgumentException">A stop string is empty, the stop strings are too long together,
    /// the role is undefined, or the message to continue holds something other than text or is a tool's
    /// without a name.</exception>
    public static CompiledParserOptions Of(HarmonyParserOptions options) =>
        Compiled.GetValue(options, static one => new CompiledParserOptions(one));

    /// <summary>Gets what finds the stop strings of a channel; null if it has none. A message without a
    /// channel is for the user, as one on <c>final</c> is.</summary>
    public StopStringMatcher? MatcherFor(string? channel) =>
        _matchers.TryGetValue(channel ?? Channels.Final, out StopStringMatcher? matcher)
            ? matcher
            : _matcherForOtherChannels;

    private static void CheckContinues(HarmonyParserOptions options)
    {
        if (options.Continues is { Role: Role.Tool, Author.Name: null })
        {
            throw new ArgumentException(
                "The message to continue is a tool's, but has no name, such as functions.get_weather.",
                nameof(options));
        }

        foreach (Content content in options.Continues?.Contents ?? [])
        {
            if (content is not TextContent)
            {
                throw new ArgumentException(
                    $"A model continues text only; the message to continue holds a {content.GetType().Name}.",
                    nameof(options));
            }
        }
    }

    private static void CheckStopStrings(HarmonyParserOptions options)
    {
        long bytes = 0;
        foreach (StopString stop in options.StopStrings)
        {
            if (string.IsNullOrEmpty(stop.Text))
            {
                throw new ArgumentException("A stop string is empty.", nameof(options));
            }

            bytes += Encoding.UTF8.GetByteCount(stop.Text);
        }

        if (bytes > HarmonyParserOptions.MaxStopStringBytes)
        {
            throw new ArgumentException(
                $"The stop strings have {bytes} bytes of UTF-8 together; "
                + $"at most {HarmonyParserOptions.MaxStopStringBytes} are allowed.",
                nameof(options));
        }
    }

    private static string[] TextsFor(ValueList<StopString> stops, string? channel) =>
    [
        .. stops.Where(stop => stop.Channel is null || stop.Channel == channel)
            .Select(static stop => stop.Text).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Creates an automaton, unless the one for all channels has the same strings.</summary>
    private static StopStringMatcher? CreateMatcher(
        string[] texts, string[] forAll, StopStringMatcher? matcherForAll) =>
        texts.Length == forAll.Length && matcherForAll is not null ? matcherForAll
        : texts.Length == 0 ? null
        : new StopStringMatcher(texts);
}
