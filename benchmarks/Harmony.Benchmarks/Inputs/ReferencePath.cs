using Harmony.Bpe.Engine;
using Harmony.Bpe.Vocabulary;
using Harmony.Tests;

namespace Harmony.Benchmarks.Inputs;

/// <summary>The ids of a text by the engine's definition, one piece at a time.</summary>
internal static class ReferencePath
{
    public static int[] Encode(ReadOnlySpan<byte> utf8)
    {
        var sink = new PieceSink([]);
        OrdinaryEncoder.Encode(
            FrozenVocabulary.Embedded, utf8, isFinal: true, ref sink, out _, CancellationToken.None);
        return [.. sink.Ids];
    }
}
