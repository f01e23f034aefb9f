using BenchmarkDotNet.Attributes;
using Harmony.Benchmarks.Inputs;
using Harmony.Core;

namespace Harmony.Benchmarks;

/// <summary>A completion's ids to messages.</summary>
public class ParseBench
{
    private readonly StreamableParser _parser = new(HarmonyEncoding.OpenAI, Role.Assistant);
    private int[] _ids = [];

    [Params(50, 1_000, 20_000)]
    public int Ids { get; set; }

    [GlobalSetup]
    public void ReadCompletion()
    {
        _ids = GoldenInputs.ReadCompletion(Ids, out ValueList<Message> messages);
        if (!Whole().Equals(messages) || OneByOne() != messages.Count)
        {
            throw new InvalidOperationException("The messages are not those of the reference.");
        }
    }

    [Benchmark(Baseline = true)]
    public ValueList<Message> Whole() => HarmonyEncoding.OpenAI.ParseMessages(_ids, Role.Assistant);

    [Benchmark]
    public int OneByOne()
    {
        _parser.Reset(Role.Assistant);
        foreach (int id in _ids)
        {
            _parser.Process(id);
        }

        _parser.ProcessEnd();
        return _parser.Messages.Count;
    }
}
