using System.Diagnostics.Metrics;
using Harmony.Engines;
using InferenceServer.Support;
using InferenceServer.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace InferenceServer;

public sealed class MetricsTests
{
    [Fact]
    public async Task Post_Answers_AreMeasured()
    {
        var engine = new ScriptedTokenGenerator(static _ => Prompts.Ids(Prompts.Hello))
        {
            CachedPromptTokens = 32,
        };
        await using TestServer server = await TestServer.StartAsync(engine);
        var values = new Dictionary<string, List<(double Value, string Tags)>>();
        using MeterListener listener = Listen(server, values);

        await server.AskAsync(Prompts.Chat, Prompts.Ask());
        using HttpResponseMessage stream = await server.PostAsync(Prompts.Chat, Prompts.Ask("secret", stream: true));
        await Sse.ReadChunksAsync(stream);
        await server.AskAsync(Prompts.Chat, """{"model":"secret","messages":7}""");
        await server.StopAsync();
        listener.RecordObservableInstruments();

        Assert.Equal(3, values["gen_ai.server.request.duration"].Count);
        Assert.Single(
            values["gen_ai.server.request.duration"],
            static one => one.Tags.Contains("error.type=invalid_type", StringComparison.Ordinal));
        Assert.Equal(2, values["gen_ai.server.time_to_first_token"].Count);
        Assert.Equal(2, values["gen_ai.server.time_per_output_token"].Count);
        Assert.All(values["gen_ai.server.time_per_output_token"], static one => Assert.True(one.Value > 0));
        int sampled = Prompts.Ids(Prompts.Hello).Length;
        Assert.Equal(
            [sampled, sampled],
            values["gen_ai.client.token.usage"]
                .Where(static one => one.Tags.Contains("gen_ai.token.type=output", StringComparison.Ordinal))
                .Select(static one => (int)one.Value));
        Assert.Equal([32, 32], values["harmony.prompt.reused_tokens"].Select(static one => (int)one.Value));
        Assert.Equal(0, values["harmony.queue.length"][^1].Value);
        Assert.Equal(0, values["harmony.requests.running"][^1].Value);
        Assert.All(
            values.Values.SelectMany(static all => all),
            static one => Assert.DoesNotContain("secret", one.Tags, StringComparison.Ordinal));
        Assert.Contains(
            "gen_ai.request.model=gpt-oss-20b",
            values["gen_ai.server.request.duration"][0].Tags,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_NoKey_IsMeasured()
    {
        await using TestServer server = await TestServer.StartAsync(
            ScriptedTokenGenerator.FromText(), "--api-keys", "key-1");
        var values = new Dictionary<string, List<(double Value, string Tags)>>();
        using MeterListener listener = Listen(server, values);

        await server.AskAsync(Prompts.Chat, Prompts.Ask());

        Assert.Contains(
            "error.type=invalid_api_key",
            Assert.Single(values["gen_ai.server.request.duration"]).Tags,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Metrics_IsForPrometheus()
    {
        await using TestServer server = await TestServer.StartAsync(ScriptedTokenGenerator.FromText(Prompts.Hello));
        await server.AskAsync(Prompts.Chat, Prompts.Ask());

        string text = await server.Http.GetStringAsync("/metrics", TestServer.Cancelled);

        Assert.Contains("gen_ai_server_time_to_first_token_seconds_bucket{", text, StringComparison.Ordinal);
        Assert.Contains("gen_ai_server_request_duration_seconds_count{", text, StringComparison.Ordinal);
        Assert.Contains("harmony_queue_length", text, StringComparison.Ordinal);
        Assert.Contains("gen_ai_request_model=\"gpt-oss-20b\"", text, StringComparison.Ordinal);
    }

    private static MeterListener Listen(
        TestServer server, Dictionary<string, List<(double Value, string Tags)>> values)
    {
        // Servers of other tests have meters of the same name.
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == ServerMetrics.MeterName && instrument.Meter.Scope == meters)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((one, value, tags, _) => Add(one, value, tags));
        listener.SetMeasurementEventCallback<long>((one, value, tags, _) => Add(one, value, tags));
        listener.SetMeasurementEventCallback<int>((one, value, tags, _) => Add(one, value, tags));
        listener.Start();
        return listener;

        void Add(Instrument one, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (values)
            {
                values.TryAdd(one.Name, []);
                values[one.Name].Add((value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
            }
        }
    }
}
