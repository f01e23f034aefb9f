using BenchmarkDotNet.Attributes;
using Harmony.Bpe;
using Harmony.Core;
using Harmony.Engines;

namespace Harmony.Benchmarks;

/// <summary>What a turn costs beside the engine, which is a script here and costs next to nothing.</summary>
public class TurnBench
{
    private const int Ids = 10_000;
    private const int Messages = 20;

    private static readonly TurnOptions EventsOnly = new() { CollectMessages = false };
    private static readonly TurnOptions Collecting = new();

    private readonly Conversation _question = [Message.User("Tell me more.")];
    private TurnRunner _streaming = null!;
    private TurnRunner _waiting = null!;
    private TurnRunner _answering = null!;
    private Conversation[] _chats = [];
    private int _turn;

    [GlobalSetup]
    public void Prepare()
    {
        int[] header = HarmonyEncoding.OpenAI.Encode("<|channel|>final<|message|>", EncodeOptions.AllSpecial);
        int[] text = HarmonyEncoding.OpenAI.Encode(string.Concat(Enumerable.Repeat("One word after the other, and so on. ", Ids)));
        int[] completion = [.. header, .. text.AsSpan(0, Ids - header.Length - 1), 200002];
        _streaming = new TurnRunner(new ScriptedTokenGenerator(_ => completion) { RecordsRequests = false });
        _waiting = new TurnRunner(
            new ScriptedTokenGenerator(_ => completion) { RecordsRequests = false, YieldsBetweenChunks = true });
        int[] answer = [.. header, 12194, 200002];
        _answering = new TurnRunner(new ScriptedTokenGenerator(_ => answer) { RecordsRequests = false });
        _chats = [MakeChat(Messages), MakeChat(Messages + 2)];
        if (Stream(_streaming, EventsOnly).Result == 0 || Stream(_waiting, Collecting).Result == 0)
        {
            throw new InvalidOperationException("The stream has no text.");
        }
    }

    /// <summary>One id: from the engine's chunk to the event that was read.</summary>
    [Benchmark(OperationsPerInvoke = Ids)]
    public Task<int> Id() => Stream(_streaming, EventsOnly);

    /// <summary>The same from an engine that is waited for: each id comes on another turn of the thread
    /// pool, whose cost is in it.</summary>
    [Benchmark(OperationsPerInvoke = Ids)]
    public Task<int> AwaitedId() => Stream(_waiting, EventsOnly);

    /// <summary>The same, with the share of the message that is collected.</summary>
    [Benchmark(OperationsPerInvoke = Ids)]
    public Task<int> CollectedId() => Stream(_streaming, Collecting);

    /// <summary>A request of 20 messages and three tools, which nothing is held of; the answer is one
    /// word.</summary>
    [Benchmark]
    public Task<TurnResult> Request() => _answering.RunToEndAsync(_chats[0]);

    /// <summary>The same, of a conversation that is held, one question and answer later.</summary>
    [Benchmark]
    public Task<TurnResult> HeldRequest() => _answering.RunToEndAsync(_chats[_turn++ & 1], null, "chat");

    private async Task<int> Stream(TurnRunner runner, TurnOptions options)
    {
        int bytes = 0;
        await foreach (TurnEvent one in runner.RunAsync(_question, options))
        {
            bytes += one.Utf8.Length;
        }

        return bytes;
    }

    private static Conversation MakeChat(int messages)
    {
        var tools = new ToolDescription[3];
        for (int i = 0; i < tools.Length; i++)
        {
            tools[i] = new ToolDescription($"get_weather_{i}", "The weather at a place.", JsonSchema.Parse("""
                {"type":"object","properties":{"place":{"type":"string","description":"A city"},"days":{"type":"integer"}},"required":["place"]}
                """));
        }

        Conversation chat =
        [
            Message.System(SystemContent.Default),
            Message.Developer(new DeveloperContent { Instructions = "Be brief and kind." }.WithFunctionTools(tools)),
        ];
        for (int i = chat.Count; i < messages; i++)
        {
            chat = chat.Add(i % 2 == 0
                ? Message.User($"Question {i}: how is the weather in Paris, and what should I wear on a walk?")
                : Message.Assistant($"Answer {i}: it is sunny and warm, so a light jacket will do.", Channels.Final));
        }

        return chat;
    }
}
