using System.Buffers;
using System.Text;
using Harmony.Bpe;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Truncation;
using Harmony.Fuzz.Inputs;

namespace Harmony.Fuzz.Targets;

/// <summary>Bytes to ids to the same bytes, and the same ids on every way to them.</summary>
internal sealed class TextTarget : IFuzzTarget
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    public string Name => "text";

    public void Run(FuzzCase one)
    {
        byte[] utf8 = TextMaker.Next(one, maxLength: one.OneIn(10) ? 200_000 : 6_000);
        one.Note("text", utf8);
        EncodeOptions options = one.OneIn(2) ? EncodeOptions.AllSpecial : EncodeOptions.Ordinary;
        int[] ids = Tokenizer.Encode(utf8, options);
        FuzzException.ThrowUnlessEqual<byte>(utf8, Tokenizer.DecodeBytes(ids), "decoded");
        FuzzException.ThrowUnless(Tokenizer.Count(utf8, options) == ids.Length, "count");
        FuzzException.ThrowUnlessEqual<int>(ids, InBlocks(one, utf8, options), "in blocks");

        TokenRange[] tokens = Tokenizer.EncodeWithOffsets(utf8, options);
        FuzzException.ThrowUnlessEqual<int>(ids, [.. tokens.Select(static token => token.Id)], "with offsets");
        FuzzException.ThrowUnless(
            tokens.Sum(static token => token.ByteLength) == utf8.Length, "lengths of the tokens");

        // Text that came out of bytes can go in again: the ids need not be the same, the bytes must be.
        string text = Encoding.UTF8.GetString(utf8);
        int[] ofText = Tokenizer.Encode(text, options);
        FuzzException.ThrowUnlessEqual<int>(
            Tokenizer.Encode(Encoding.UTF8.GetBytes(text), options), ofText, "chars against their UTF-8");
        FuzzException.ThrowUnless(Tokenizer.Count(text, options) == ofText.Length, "count of chars");

        int limit = one.Random.Next(ids.Length + 1);
        int prefix = Tokenizer.GetPrefixLength(utf8, limit, options);
        FuzzException.ThrowUnless(Tokenizer.Count(utf8.AsSpan(0, prefix), options) <= limit, "prefix");
        int suffix = Tokenizer.GetSuffixStart(utf8, limit, options);
        FuzzException.ThrowUnless(Tokenizer.Count(utf8.AsSpan(suffix), options) <= limit, "suffix");
        FuzzException.ThrowUnless(Tokenizer.IsWithin(utf8, ids.Length, options), "within");
        FuzzException.ThrowUnless(suffix == SuffixOverAllPieces(utf8, limit, options), "suffix at the end alone");
    }

    private static int SuffixOverAllPieces(byte[] utf8, int limit, EncodeOptions options)
    {
        EncodeContext context = Tokenizer.ContextOf(options, isFinal: true, CancellationToken.None);
        using PieceEndRecorder recorder = PieceEndRecorder.Record(context, utf8, int.MaxValue);
        return new Truncator(context, utf8, limit, recorder.Pieces).LongestSuffix();
    }

    /// <summary>The text comes in blocks of any length, the room for ids is often too small.</summary>
    private static int[] InBlocks(FuzzCase one, byte[] utf8, EncodeOptions options)
    {
        var ids = new List<int>();
        int most = 1 << one.Random.Next(1, 16);
        var room = new int[1 << one.Random.Next(0, 12)];
        int start = 0;
        int end = 0;
        while (start < utf8.Length)
        {
            OperationStatus status = Tokenizer.Encode(
                utf8.AsSpan(start..end), room, out int consumed, out int written, options, end == utf8.Length);
            ids.AddRange(room.AsSpan(0, written));
            start += consumed;
            if (status == OperationStatus.DestinationTooSmall)
            {
                room = written == 0 ? new int[2 * room.Length] : room;
            }
            else
            {
                end = Math.Min(utf8.Length, end + one.Random.Next(1, most + 1));
            }
        }

        return [.. ids];
    }
}
