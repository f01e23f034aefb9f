using System.Buffers;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Batches;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Reference;

namespace Harmony.Bpe.Engine;

/// <summary>Encodes text without special tokens: in batches as far as they go, the rest on the reference
/// path.</summary>
internal static class OrdinaryEncoder
{
    /// <summary>Encodes pieces until the text ends or the sink stops.</summary>
    /// <inheritdoc cref="ReferenceEncoder.Encode"/>
    /// <param name="context">The call.</param>
    /// <param name="utf8">The text. Bytes that are not UTF-8 are encoded as they are.</param>
    /// <param name="sink">Receives the ids.</param>
    /// <param name="consumed">How many bytes the sink's ids stand for; always the end of a piece.</param>
    public static OperationStatus Encode<TSink>(
        in EncodeContext context, ReadOnlySpan<byte> utf8, scoped ref TSink sink, out int consumed)
        where TSink : struct, ITokenSink, allows ref struct
    {
        consumed = 0;
        if (!TSink.NeedsPieces && BatchCompilation.IsDoneFor(utf8.Length))
        {
            EncodeBatches(context, utf8, ref sink, ref consumed);
        }

        OperationStatus status = consumed == utf8.Length
            ? OperationStatus.Done
            : ReferenceEncoder.Encode(context, utf8, ref sink, ref consumed);

        // The tables are pointers, which keep nothing alive, and all reads through them happen above. Without
        // this, the vocabulary of a tokenizer that was dropped could be collected while it is read. An
        // exception reads nothing on its way out.
        GC.KeepAlive(context.Vocabulary);
        return status;
    }

    /// <summary>Encodes batches with the kernel for this processor. This is the one place that chooses
    /// it.</summary>
    public static void EncodeBatches<TSink>(
        in EncodeContext context, ReadOnlySpan<byte> utf8, scoped ref TSink sink, ref int consumed)
        where TSink : struct, ITokenSink, allows ref struct
    {
        if (Avx512WindowKernel.IsSupported)
        {
            BatchEncoder<Avx512WindowKernel>.Encode(context, utf8, ref sink, ref consumed);
        }
        else if (Vector256WindowKernel.IsSupported)
        {
            BatchEncoder<Vector256WindowKernel>.Encode(context, utf8, ref sink, ref consumed);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            BatchEncoder<Vector128WindowKernel>.Encode(context, utf8, ref sink, ref consumed);
        }
        else
        {
            BatchEncoder<ScalarWindowKernel>.Encode(context, utf8, ref sink, ref consumed);
        }
    }
}
