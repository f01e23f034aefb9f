using BenchmarkDotNet.Attributes;
using Harmony.Benchmarks.Inputs;
using Harmony.Core;
using Harmony.Tests;

namespace Harmony.Benchmarks;

/// <summary>A conversation to the ids of a prompt.</summary>
public class RenderBench
{
    private Conversation _conversation = [];
    private readonly Message _appended = Message.User(
        "Thank you. And what about tomorrow: will it rain in the afternoon or can we have "
        + "lunch outside then?");

    private int[] _destination = [];
    private ConversationRenderer _renderer = new(HarmonyEncoding.OpenAI);

    [Params("small", "medium", "large")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void ReadConversation()
    {
        _conversation = BenchInputs.ReadConversation(Size);
        int[] prompt = BenchInputs.ReadPrompt(Size);
        _destination = new int[prompt.Length];
        Same.OrThrow<int>(prompt, ToArray(), "the prompt");
        ToSpan();
        Same.OrThrow<int>(prompt, _destination, "the prompt in the span");
        _renderer = new ConversationRenderer(HarmonyEncoding.OpenAI);
        _renderer.AddRange(_conversation.Messages.AsSpan());
        Same.OrThrow<int>(prompt, _renderer.Render(), "the prompt of the held conversation");
        _renderer.Add(_appended);
        Append();
        Same.OrThrow<int>(
            HarmonyEncoding.OpenAI.RenderForCompletion(_conversation.Add(_appended)),
            _renderer.Render(),
            "the prompt with one more message");
    }

    [Benchmark(Baseline = true)]
    public int[] ToArray() => HarmonyEncoding.OpenAI.RenderForCompletion(_conversation);

    [Benchmark]
    public int ToSpan()
    {
        HarmonyEncoding.OpenAI.Render(
            _conversation, _destination, out int written, out _, RenderOptions.Completion);
        return written;
    }

    [Benchmark]
    public int Count() => HarmonyEncoding.OpenAI.CountIds(_conversation, RenderOptions.Completion);

    /// <summary>One more message of 100 bytes, new each time: the one before it is taken away
    /// first.</summary>
    [Benchmark]
    public int Append()
    {
        _renderer.RemoveAt(_renderer.Count - 1);
        _renderer.Add(_appended);
        return _renderer.Render().Length;
    }
}
