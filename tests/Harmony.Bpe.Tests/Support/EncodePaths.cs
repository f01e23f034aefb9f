using System.Buffers;
using System.Text;
using CommunityToolkit.HighPerformance.Buffers;

namespace Harmony.Bpe.Tests.Support;

/// <summary>Encodes a text in every way, and compares each with the expected ids.</summary>
internal sealed class EncodePaths(BpeTokenizer tokenizer, EncodeOptions? options = null)
{
    /// <summary>A text of at most this many units is cut at every place, a longer one at some.</summary>
    private const int MaxCutLength = 48;

    private delegate OperationStatus BlockEncoder(
        int start, int end, Span<int> destination, bool isFinal, out int consumed, out int written);

    /// <summary>Compares all ways to encode a string, as chars and as UTF-8.</summary>
    public void AssertText(string text, ReadOnlySpan<int> expected)
    {
        int[] ids = expected.ToArray();
        AssertUtf8(Encoding.UTF8.GetBytes(text), ids);
        Equal(ids, tokenizer.Encode(text, options), "chars to array");
        Assert.Equal(ids.Length, tokenizer.Count(text, options));
        Assert.True(tokenizer.IsWithin(text, ids.Length, options));
        Assert.False(ids.Length > 0 && tokenizer.IsWithin(text, ids.Length - 1, options));

        var writer = new ArrayBufferWriter<int>();
        int written = tokenizer.Encode(text, writer, options);
        Equal(ids, writer.WrittenSpan, "chars to writer");
        Assert.Equal(ids.Length, written);

        using (MemoryOwner<int> pooled = tokenizer.EncodePooled(text, options))
        {
            Equal(ids, pooled.Span, "chars to pooled memory");
        }

        Equal(ids, tokenizer.EncodeBatch([text], options)[0], "batch of chars");
        Assert.Equal(ids.Length, tokenizer.CountBatch([text], options)[0]);
        Blocks(text.Length, ids, "chars",
            (int start, int end, Span<int> destination, bool isFinal, out int consumed, out int idsWritten) =>
                tokenizer.Encode(
                    text.AsSpan(start..end), destination, out consumed, out idsWritten, options, isFinal));
    }

    /// <summary>Compares all ways to encode UTF-8, well-formed or not.</summary>
    public void AssertUtf8(byte[] utf8, ReadOnlySpan<int> expected)
    {
        int[] ids = expected.ToArray();
        Equal(ids, tokenizer.Encode(utf8, options), "UTF-8 to array");
        Assert.Equal(ids.Length, tokenizer.Count(utf8, options));
        Assert.True(tokenizer.IsWithin(utf8, ids.Length, options));
        Assert.False(ids.Length > 0 && tokenizer.IsWithin(utf8, ids.Length - 1, options));

        var writer = new ArrayBufferWriter<int>();
        int written = tokenizer.Encode(utf8, writer, options);
        Equal(ids, writer.WrittenSpan, "UTF-8 to writer");
        Assert.Equal(ids.Length, written);

        using (MemoryOwner<int> pooled = tokenizer.EncodePooled(utf8, options))
        {
            Equal(ids, pooled.Span, "UTF-8 to pooled memory");
        }

        Equal(ids, tokenizer.EncodeBatch([utf8.AsMemory()], options)[0], "batch of UTF-8");
        Blocks(utf8.Length, ids, "UTF-8",
            (int start, int end, Span<int> destination, bool isFinal, out int consumed, out int idsWritten) =>
                tokenizer.Encode(
                    utf8.AsSpan(start..end), destination, out consumed, out idsWritten, options, isFinal));
    }

    private static void Blocks(int length, int[] ids, string unit, BlockEncoder encode)
    {
        IEnumerable<int> sizes = ids.Length <= 12 ? Enumerable.Range(1, Math.Max(1, ids.Length)) : [1, 3, 7, ids.Length];
        foreach (int size in sizes)
        {
            Equal(ids, InSmallDestinations(length, ids.Length, size, encode), $"{unit}, destination of {size}");
        }

        int step = length <= MaxCutLength ? 1 : length / 13 + 1;
        for (int cut = 0; cut <= length; cut += step)
        {
            Equal(ids, InBlocks(length, ids.Length, [cut, length], encode), $"{unit}, cut at {cut}");
        }

        int[] blocks = length <= MaxCutLength ? [1] : [101, 260];
        foreach (int block in blocks)
        {
            int[] ends = [.. Enumerable.Range(1, length / block).Select(i => i * block), length];
            Equal(ids, InBlocks(length, ids.Length, ends, encode), $"{unit}, {block} at a time");
        }
    }

    /// <summary>Encodes into a small destination, which grows only where a piece needs more.</summary>
    private static int[] InSmallDestinations(int length, int idCount, int size, BlockEncoder encode)
    {
        var ids = new List<int>();
        var destination = new int[Math.Max(size, idCount)];
        int start = 0;
        int room = size;
        while (true)
        {
            OperationStatus status = encode(
                start, length, destination.AsSpan(0, room), true, out int consumed, out int written);
            ids.AddRange(destination.AsSpan(0, written));
            start += consumed;
            if (status == OperationStatus.Done)
            {
                Assert.Equal(length, start);
                return [.. ids];
            }

            Assert.Equal(OperationStatus.DestinationTooSmall, status);
            room = written == 0 ? room + 1 : size;
        }
    }

    /// <summary>Encodes in blocks that end at given places; what a block does not consume is part of the
    /// next.</summary>
    private static int[] InBlocks(int length, int room, int[] ends, BlockEncoder encode)
    {
        var ids = new List<int>();
        var destination = new int[room];
        int start = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            bool isFinal = i == ends.Length - 1;
            OperationStatus status = encode(
                start, ends[i], destination, isFinal, out int consumed, out int written);
            ids.AddRange(destination.AsSpan(0, written));
            start += consumed;
            Assert.InRange(start, 0, ends[i]);
            Assert.Equal(start == ends[i] ? OperationStatus.Done : OperationStatus.NeedMoreData, status);
        }

        Assert.Equal(length, start);
        return [.. ids];
    }

    private static void Equal(ReadOnlySpan<int> expected, ReadOnlySpan<int> actual, string path)
    {
        if (!expected.SequenceEqual(actual))
        {
            Assert.Fail(
                $"{path}: expected [{string.Join(' ', expected.ToArray())}], was [{string.Join(' ', actual.ToArray())}]");
        }
    }
}
