using System.Diagnostics;
using System.Diagnostics.Metrics;
using Harmony.Engines;
using InferenceServer.Configuration;
using InferenceServer.Routing;
using InferenceServer.Serving;

namespace InferenceServer.Telemetry;

/// <summary>The server's meters, by OpenTelemetry's names where it has some. Nothing that a client chooses
/// becomes a tag. Thread-safe.</summary>
internal sealed class ServerMetrics
{
    /// <summary>The name to listen to.</summary>
    public const string MeterName = "Harmony.InferenceServer";

    private readonly TagList _tags;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Histogram<double> _perToken;
    private readonly Histogram<int> _usage;
    private readonly Counter<long> _reused;

    public ServerMetrics(
        IMeterFactory meters, ServerOptions options, Admission admission, ITokenGenerator engine)
    {
        _tags = new TagList
        {
            { "gen_ai.operation.name", "chat" },
            { "gen_ai.provider.name", options.Engine.ToString().ToLowerInvariant() },
            { "gen_ai.request.model", options.Model },
        };
        Meter meter = meters.Create(MeterName);
        _duration = Seconds(
            meter,
            "gen_ai.server.request.duration",
            "From a request's arrival to the end of its answer, in the queue as well.",
            [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]);
        _firstToken = Seconds(
            meter,
            "gen_ai.server.time_to_first_token",
            "From a request's arrival to the first part of its answer, in the queue as well.",
            [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);
        _perToken = Seconds(
            meter,
            "gen_ai.server.time_per_output_token",
            "The mean time of an id after the first.",
            [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]);
        _usage = meter.CreateHistogram(
            "gen_ai.client.token.usage",
            "{token}",
            "The ids of prompts and of completions.",
            advice: new InstrumentAdvice<int>
            {
                HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(static power => 1 << (2 * power))],
            });
        _reused = meter.CreateCounter<long>(
            "harmony.prompt.reused_tokens", "{token}", "Ids of prompts that the engine had in its cache.");
        meter.CreateObservableGauge(
            "harmony.queue.length", () => admission.Waiting, "{request}", "Requests that have no place yet.");
        meter.CreateObservableGauge(
            "harmony.requests.running", () => admission.Running, "{request}", "Requests that have a place.");
        if (engine is RoutedGenerator routed)
        {
            meter.CreateObservableGauge(
                "harmony.engines.available",
                () => routed.Replicas.AvailableCount,
                "{engine}",
                "Engines that are not left out.");
        }
    }

    /// <summary>The answer's first part is there.</summary>
    public void Began(TimeSpan elapsed) => _firstToken.Record(elapsed.TotalSeconds, _tags);

    /// <summary>An answer is complete.</summary>
    /// <param name="result">What it took.</param>
    /// <param name="first">When its first part was there.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Answered(TurnResult result, TimeSpan first, TimeSpan elapsed)
    {
        _duration.Record(elapsed.TotalSeconds, _tags);
        _usage.Record(result.PromptTokens, With("gen_ai.token.type", "input"));
        _usage.Record(result.Completion.Total, With("gen_ai.token.type", "output"));
        _reused.Add(result.CachedPromptTokens ?? 0, _tags);
        if (result.Completion.Total > 1)
        {
            _perToken.Record((elapsed - first).TotalSeconds / (result.Completion.Total - 1), _tags);
        }
    }

    /// <summary>A request failed.</summary>
    /// <param name="kind">A word for the fault.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Failed(string kind, TimeSpan elapsed) =>
        _duration.Record(elapsed.TotalSeconds, With("error.type", kind));

    private TagList With(string name, string value)
    {
        TagList tags = _tags;
        tags.Add(name, value);
        return tags;
    }

    private static Histogram<double> Seconds(Meter meter, string name, string what, double[] bounds) =>
        meter.CreateHistogram(
            name, "s", what, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
