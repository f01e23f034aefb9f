using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Harmony.Bpe;
using Harmony.Core;
using Harmony.Engines;
using Microsoft.Extensions.AI;
using TextContent = Microsoft.Extensions.AI.TextContent;

namespace Harmony.Benchmarks;

/// <summary>What a turn costs through the chat client, beside the engine, which is a script here.</summary>
public class ChatClientBench
{
    private const int Ids = 10_000;
    private const int Messages = 20;

    private static readonly byte[] Word = " after"u8.ToArray();

    private readonly ChatMessage[] _question = [new(ChatRole.User, "Tell me more.")];
    private IChatClient _streaming = null!;
    private IChatClient _answering = null!;
    private readonly List<ChatMessage> _written = [];
    private readonly List<ChatMessage> _sampled = [];
    private ChatOptions _options = null!;

    [GlobalSetup]
    public void Prepare()
    {
        int[] header = HarmonyEncoding.OpenAI.Encode("<|channel|>final<|message|>", EncodeOptions.AllSpecial);
        int[] text = HarmonyEncoding.OpenAI.Encode(string.Concat(Enumerable.Repeat("One word after the other, and so on. ", Ids)));
        int[] completion = [.. header, .. text.AsSpan(0, Ids - header.Length - 1), 200002];
        _streaming = new ScriptedTokenGenerator(_ => completion) { RecordsRequests = false }.AsIChatClient();
        int[] answer = HarmonyEncoding.OpenAI.Encode(
            "<|channel|>final<|message|>It is sunny and warm, so a light jacket will do.<|return|>", EncodeOptions.AllSpecial);
        _answering = new ScriptedTokenGenerator(_ => answer) { RecordsRequests = false }.AsIChatClient();
        _options = new ChatOptions
        {
            Instructions = "Be brief and kind.",
            Tools = [.. Enumerable.Range(0, 3).Select(static i => (AITool)AIFunctionFactory.CreateDeclaration(
                $"get_weather_{i}", "The weather at a place.", JsonElement.Parse("""
                {"type":"object","properties":{"place":{"type":"string","description":"A city"},"days":{"type":"integer"}},"required":["place"]}
                """)))],
        };
        for (int i = 0; i < Messages; i += 2)
        {
            var question = new ChatMessage(
                ChatRole.User, $"Question {i}: how is the weather in Paris, and what should I wear on a walk?");
            _sampled.Add(question);
            ChatMessage sampled = _answering.GetResponseAsync(_sampled, _options).GetAwaiter().GetResult().Messages[^1];
            _sampled.Add(sampled);
            _written.AddRange([question, new ChatMessage(ChatRole.Assistant, sampled.Text)]);
        }

        _sampled.RemoveAt(Messages - 1);
        _written.RemoveAt(Messages - 1);
        if (Id().Result == 0)
        {
            throw new InvalidOperationException("The stream has no text.");
        }
    }

    /// <summary>What Microsoft.Extensions.AI's own objects for an id take, whoever makes them.</summary>
    [Benchmark]
    public ChatResponseUpdate UpdateAlone() => new()
    {
        Role = ChatRole.Assistant,
        Contents = [new TextContent(System.Text.Encoding.UTF8.GetString(Word))],
    };

    /// <summary>One id: from the engine's chunk to the update that was read.</summary>
    [Benchmark(OperationsPerInvoke = Ids)]
    public async Task<int> Id()
    {
        int characters = 0;
        await foreach (ChatResponseUpdate update in _streaming.GetStreamingResponseAsync(_question))
        {
            characters += update.Contents.Count > 0 && update.Contents[0] is TextContent text ? text.Text.Length : 0;
        }

        return characters;
    }

    /// <summary>A request of 20 messages and three tools; the answers have the ids that they were sampled as.</summary>
    [Benchmark]
    public Task<ChatResponse> Request() => _answering.GetResponseAsync(_sampled, _options);

    /// <summary>The same, with answers that an application wrote.</summary>
    [Benchmark]
    public Task<ChatResponse> WrittenRequest() => _answering.GetResponseAsync(_written, _options);
}
