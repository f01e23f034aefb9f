using BenchmarkDotNet.Attributes;
using Harmony.Benchmarks.Inputs;
using Harmony.Core;

namespace Harmony.Benchmarks;

/// <summary>A conversation to the ids of a prompt.</summary>
public class RenderBench
{
    private Conversation _conversation = [];
    private int[] _destination = [];

    [Params("small", "medium", "large")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void ReadConversation()
    {
        _conversation = GoldenInputs.ReadConversation(Size);
        int[] prompt = GoldenInputs.ReadPrompt(Size);
        _destination = new int[prompt.Length];
        Same.OrThrow<int>(prompt, ToArray(), "the prompt");
        ToSpan();
        Same.OrThrow<int>(prompt, _destination, "the prompt in the span");
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
    public int Count() => HarmonyEncoding.OpenAI.Count(_conversation, RenderOptions.Completion);
}
