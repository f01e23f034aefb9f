using Harmony.Bpe;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Reference;
using Harmony.Tests;

namespace Harmony.Benchmarks.Inputs;

/// <summary>The ids of a text on the engine's reference path.</summary>
internal static class ReferencePath
{
    public static int[] Encode(ReadOnlySpan<byte> utf8)
    {
        var sink = new PieceSink([]);
        EncodeContext context = BpeTokenizer.O200kHarmony.ContextOf(
            EncodeOptions.Ordinary, isFinal: true, CancellationToken.None);
        int consumed = 0;
        ReferenceEncoder.Encode(context, utf8, ref sink, ref consumed);
        return [.. sink.Ids];
    }
}
