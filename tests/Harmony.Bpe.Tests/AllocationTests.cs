using System.Buffers;
using System.Text;

namespace Harmony.Bpe.Tests;

/// <summary>Members that promise not to allocate do not.</summary>
public sealed class AllocationTests
{
    private const int WarmUps = 40;

    private const int MostCalls = 5000;

    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;
    private static readonly string Text = string.Concat(Enumerable.Repeat(
        "Hello, world! It's 2024: \u4F60\u597D, \u043F\u0440\u0438\u0432\u0435\u0442 \U0001F600 zqxjkvbwpf\n", 40))
        + new string('x', 3_000) + new string(' ', 300);
    private static readonly byte[] Utf8 = Encoding.UTF8.GetBytes(Text);
    private static readonly int[] Ids = Tokenizer.Encode(Text);
    private static readonly EncodeOptions Allowed = EncodeOptions.Allow("<|end|>", "<|start|>");
    private static readonly string SpecialText = string.Concat(Enumerable.Repeat("<|start|>user<|end|> <|x", 20));

    private static readonly string LongName = new('<', 1_000_000);

    private readonly int[] _destination = new int[Utf8.Length];
    private readonly byte[] _bytes = new byte[Utf8.Length];
    private readonly FixedWriter<int> _idWriter = new(Utf8.Length);
    private readonly FixedWriter<byte> _byteWriter = new(Utf8.Length);

    [Fact]
    public void Encode_CharsToSpan_AllocatesNothing() => AssertNone(() =>
        Tokenizer.Encode(Text, _destination, out _, out _));

    [Fact]
    public void Encode_Utf8ToSpan_AllocatesNothing() => AssertNone(() =>
        Tokenizer.Encode(Utf8, _destination, out _, out _));

    [Fact]
    public void Encode_SpecialTokensToSpan_AllocatesNothing() => AssertNone(() =>
        Tokenizer.Encode(SpecialText, _destination, out _, out _, Allowed));

    [Fact]
    public void Encode_BlockThatGoesOn_AllocatesNothing() => AssertNone(() =>
        Tokenizer.Encode(Utf8, _destination, out _, out _, isFinalBlock: false));

    [Fact]
    public void Encode_TooSmallDestination_AllocatesNothing() => AssertNone(() =>
        Tokenizer.Encode(Text, _destination.AsSpan(0, 10), out _, out _));

    [Fact]
    public void Encode_ToWriter_AllocatesNothing() => AssertNone(() =>
    {
        _idWriter.Clear();
        Tokenizer.Encode(Text, _idWriter);
        _idWriter.Clear();
        Tokenizer.Encode(Utf8, _idWriter);
    });

    [Fact]
    public void Count_AnyText_AllocatesNothing() => AssertNone(() =>
    {
        Tokenizer.Count(Text);
        Tokenizer.Count(Utf8);
        Tokenizer.Count(SpecialText, EncodeOptions.AllSpecial);
    });

    [Fact]
    public void IsWithin_AnyText_AllocatesNothing() => AssertNone(() =>
    {
        Tokenizer.IsWithin(Text, 10);
        Tokenizer.IsWithin(Utf8, int.MaxValue);
    });

    [Fact]
    public void Decode_ToSpanOrWriter_AllocatesNothing() => AssertNone(() =>
    {
        Tokenizer.Decode(Ids, _bytes, out _, out _);
        Tokenizer.GetDecodedLength(Ids);
        _byteWriter.Clear();
        Tokenizer.Decode(Ids, _byteWriter);
    });

    [Fact]
    public void Lookups_AnyToken_AllocateNothing() => AssertNone(() =>
    {
        Tokenizer.TryGetId("hello"u8, out _);
        Tokenizer.TryGetId("<|end|>"u8, out _);
        Tokenizer.SpecialTokens.TryGetId("<|end|>", out _);
        Tokenizer.SpecialTokens.TryGetId(LongName.AsSpan(0, 100), out _);
        Tokenizer.SpecialTokens.TryGetId(LongName, out _);
        Tokenizer.TryGetTokenBytes(200_007, out _);
        Tokenizer.IsSpecial(200_007);
        _ = Tokenizer.EndOfTextId;
    });

    [Fact]
    public void StreamDecoder_LongStream_AllocatesNothing()
    {
        var decoder = new Utf8StreamDecoder(Tokenizer);
        AssertNone(() =>
        {
            foreach (int id in Ids)
            {
                decoder.Append(id);
            }

            decoder.Flush();
        });
    }

    [Fact]
    public void Encode_ToArray_AllocatesNothingButTheArray()
    {
        long array = AllocatedBy(() => GC.KeepAlive(new int[Ids.Length]));

        Assert.Equal(array, AllocatedBy(() => Tokenizer.Encode(Text)));
        Assert.Equal(array, AllocatedBy(() => Tokenizer.Encode(Utf8)));
    }

    private static void AssertNone(Action call) => Assert.Equal(0, AllocatedBy(call));

    private static long AllocatedBy(Action call)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            call();
        }

        // Code that the JIT has not yet optimized may allocate, and pools may be trimmed. So take the call
        // that allocates least.
        long least = long.MaxValue;
        for (int i = 0; i < MostCalls && least != 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>A buffer writer that never grows.</summary>
    private sealed class FixedWriter<T>(int capacity) : IBufferWriter<T>
    {
        private readonly T[] _buffer = new T[capacity];
        private int _written;

        public void Clear() => _written = 0;

        public void Advance(int count) => _written += count;

        public Memory<T> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_written);

        public Span<T> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_written);
    }
}
