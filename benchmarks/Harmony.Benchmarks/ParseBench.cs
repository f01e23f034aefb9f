using System.Text;
using BenchmarkDotNet.Attributes;
using Harmony.Core;
using Harmony.Tests;

namespace Harmony.Benchmarks;

/// <summary>A completion's ids to messages.</summary>
public class ParseBench
{
    private readonly StreamableParser _parser = new(HarmonyEncoding.OpenAI, Role.Assistant);
    private readonly HarmonyParser _collecting = new(HarmonyEncoding.OpenAI);
    private readonly HarmonyParser _resilient = new(
        HarmonyEncoding.OpenAI, new HarmonyParserOptions { CollectMessages = false });
    private readonly HarmonyParser _stopping = new(
        HarmonyEncoding.OpenAI,
        new HarmonyParserOptions { CollectMessages = false, StopStrings = [new("<STOP>", null)] });
    private int[] _ids = [];

    [Params(50, 1_000, 20_000)]
    public int Ids { get; set; }

    [GlobalSetup]
    public void ReadCompletion()
    {
        _ids = BenchInputs.ReadCompletion(Ids, out ValueList<Message> messages);
        int bytes = messages.AsSpan().ToArray().Sum(
            static message => Encoding.UTF8.GetByteCount(message.Text));
        ResilientMessages();
        if (!Whole().Equals(messages) || OneByOne() != messages.Count
            || !_collecting.Messages.SequenceEqual(messages)
            || Resilient() != bytes || ResilientOneByOne() != bytes || StopStringsOneByOne() != bytes)
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

    /// <summary>All ids at once; the segments are read.</summary>
    [Benchmark]
    public int Resilient()
    {
        _resilient.Reset();
        _resilient.Push(_ids);
        _resilient.Complete();
        return BytesOf(_resilient);
    }

    /// <summary>Id by id, as they are sampled; each id's segments are read.</summary>
    [Benchmark]
    public int ResilientOneByOne() => PushOneByOne(_resilient);

    [Benchmark]
    public int StopStringsOneByOne() => PushOneByOne(_stopping);

    /// <summary>Messages only: strings, and the ids that they were sampled as.</summary>
    [Benchmark]
    public int ResilientMessages()
    {
        _collecting.Reset();
        _collecting.Push(_ids);
        _collecting.Complete();
        return _collecting.Messages.Count;
    }

    private int PushOneByOne(HarmonyParser parser)
    {
        parser.Reset();
        int bytes = 0;
        foreach (int id in _ids)
        {
            parser.Push(id);
            bytes += BytesOf(parser);
        }

        parser.Complete();
        return bytes + BytesOf(parser);
    }

    private static int BytesOf(HarmonyParser parser)
    {
        int bytes = 0;
        while (parser.TryRead(out HarmonySegment segment))
        {
            bytes += segment.Kind == HarmonySegmentKind.ContentDelta ? segment.Utf8.Length : 0;
        }

        return bytes;
    }
}
