using System.Runtime.CompilerServices;
using System.Text;

namespace Harmony.Core.Parsing;

/// <summary>Options made ready for parsing, once for each instance of them. Immutable and
/// thread-safe.</summary>
internal sealed class CompiledParserOptions
{
    private static readonly ConditionalWeakTable<HarmonyParserOptions, CompiledParserOptions> Compiled = [];

    private readonly Dictionary<string, StopStringMatcher> _matchers = new(StringComparer.Ordinal);
    private readonly StopStringMatcher? _matcherOfOtherChannels;

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
        string[] onAll = TextsOn(options.StopStrings, channel: null);
        _matcherOfOtherChannels = MatcherOf(onAll, onAll, null);
        foreach (StopString stop in options.StopStrings)
        {
            if (stop.Channel is string channel && !_matchers.ContainsKey(channel))
            {
                string[] texts = TextsOn(options.StopStrings, channel);
                _matchers.Add(channel, MatcherOf(texts, onAll, _matcherOfOtherChannels)!);
            }
        }
    }

    public HarmonyParserOptions Options { get; }

    public ToolRouter Router { get; }

    /// <summary>The role of a message whose header names none.</summary>
    public Role ImpliedRole { get; }

    /// <summary>The compiled form of options: the same one for every parser that shares the
    /// instance.</summary>
    /// <exception cref="ArgumentException">A stop string is empty, all of them are too long together, the role
    /// is none, or the message to continue holds something other than text.</exception>
    public static CompiledParserOptions Of(HarmonyParserOptions options) =>
        Compiled.GetValue(options, static one => new CompiledParserOptions(one));

    /// <summary>Finds the stop strings of a channel; null if it has none. Messages without a channel are for
    /// the user, as those on <c>final</c> are.</summary>
    public StopStringMatcher? MatcherFor(string? channel) =>
        _matchers.TryGetValue(channel ?? Channels.Final, out StopStringMatcher? matcher)
            ? matcher
            : _matcherOfOtherChannels;

    private static void CheckContinues(HarmonyParserOptions options)
    {
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

    private static string[] TextsOn(ValueList<StopString> stops, string? channel) =>
    [
        .. stops.Where(stop => stop.Channel is null || stop.Channel == channel)
            .Select(static stop => stop.Text).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>An automaton for texts; the one that exists already where they are the same.</summary>
    private static StopStringMatcher? MatcherOf(
        string[] texts, string[] onAll, StopStringMatcher? matcherOfAll) =>
        texts.Length == onAll.Length && matcherOfAll is not null ? matcherOfAll
        : texts.Length == 0 ? null
        : new StopStringMatcher(texts);
}
