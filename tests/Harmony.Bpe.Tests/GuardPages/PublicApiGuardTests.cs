using System.Buffers;
using System.Text;
using Harmony.Bpe.Tests.Support;

namespace Harmony.Bpe.Tests.GuardPages;

/// <summary>Runs every public method that takes spans with inputs and outputs between guard pages.</summary>
public sealed class PublicApiGuardTests : IDisposable
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    private readonly GuardedMemory<byte> _utf8 = new(GuardedTexts.MaxLength);
    private readonly GuardedMemory<char> _chars = new(GuardedTexts.MaxLength);
    private readonly GuardedMemory<int> _ids = new(GuardedTexts.MaxLength);
    private readonly GuardedMemory<byte> _decoded = new(GuardedTexts.MaxLength);

    public static IEnumerable<TheoryDataRow<string>> Texts =>
        GuardedTexts.Names.Select(static name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Utf8_OfEveryLength_StaysInside(string name)
    {
        foreach (int length in GuardedTexts.Lengths)
        {
            byte[] text = GuardedTexts.Create(name, length);
            int[] expected = Tokenizer.Encode(text, EncodeOptions.AllSpecial);
            _utf8.AtBoth(text, utf8 =>
            {
                Assert.Equal(expected.Length, Tokenizer.Count(utf8, EncodeOptions.AllSpecial));
                EncodeToGuarded(utf8, expected, EncodeOptions.AllSpecial);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Chars_OfEveryLength_StayInside(string name)
    {
        foreach (int length in GuardedTexts.Lengths)
        {
            string text = Encoding.Latin1.GetString(GuardedTexts.Create(name, length / 2))
                + Encoding.UTF8.GetString(GuardedTexts.Create(name, length / 2));
            int[] expected = Tokenizer.Encode(text, EncodeOptions.Ordinary);
            _chars.AtBoth(text, chars =>
            {
                Assert.Equal(expected.Length, Tokenizer.Count(chars, EncodeOptions.Ordinary));
                foreach (bool atEnd in (bool[])[true, false])
                {
                    Span<int> ids = atEnd ? _ids.AtEnd(expected.Length) : _ids.AtStart(expected.Length);
                    ids.Clear();
                    OperationStatus status = Tokenizer.Encode(
                        chars, ids, out int consumed, out int written, EncodeOptions.Ordinary);
                    Assert.Equal((OperationStatus.Done, chars.Length, ids.Length), (status, consumed, written));
                    Assert.True(ids.SequenceEqual(expected));
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Ids_OfEveryLength_DecodeInside(string name)
    {
        foreach (int length in GuardedTexts.Lengths.Where(static length => length <= 256))
        {
            byte[] text = GuardedTexts.Create(name, length);
            _ids.AtBoth(Tokenizer.Encode(text, EncodeOptions.AllSpecial), ids =>
            {
                Assert.Equal(length, Tokenizer.GetDecodedLength(ids));
                foreach (int room in (int[])[length, Math.Max(0, length - 1), length / 2])
                {
                    AssertDecodes(text, ids, _decoded.AtEnd(room));
                    AssertDecodes(text, ids, _decoded.AtStart(room));
                }

                Assert.Equal(Encoding.UTF8.GetString(text), Tokenizer.Decode(ids));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Truncation_OfEveryLength_StaysInside(string name)
    {
        foreach (int length in GuardedTexts.Lengths.Where(static length => length <= 256))
        {
            byte[] text = GuardedTexts.Create(name, length);
            int count = Tokenizer.Count(text, EncodeOptions.Ordinary);
            int prefix = Tokenizer.GetPrefixLength(text, count / 2, EncodeOptions.Ordinary);
            int suffix = Tokenizer.GetSuffixStart(text, count / 2, EncodeOptions.Ordinary);
            _utf8.AtBoth(text, utf8 =>
            {
                Assert.True(Tokenizer.IsWithin(utf8, count, EncodeOptions.Ordinary));
                Assert.Equal(prefix, Tokenizer.GetPrefixLength(utf8, count / 2, EncodeOptions.Ordinary));
                Assert.Equal(suffix, Tokenizer.GetSuffixStart(utf8, count / 2, EncodeOptions.Ordinary));
                Assert.Equal(count, Tokenizer.EncodeWithOffsets(utf8, EncodeOptions.Ordinary).Length);
            });
        }
    }

    [Fact]
    public void TokensAndNames_OfEveryLength_StayInside()
    {
        for (int id = 0; id < Tokenizer.VocabularySize; id += id < 5_000 ? 1 : 37)
        {
            if (!Tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token))
            {
                continue;
            }

            int expected = id;
            bool isSpecial = Tokenizer.IsSpecial(id);
            _utf8.AtBoth(token, utf8 =>
            {
                Assert.Equal(isSpecial, Tokenizer.SpecialTokens.TryGetId(utf8, out int special));
                Assert.Equal(isSpecial ? expected : 0, special);
                Assert.True(isSpecial || Tokenizer.TryGetId(utf8, out _));
            });
        }
    }

    /// <summary>A stream in blocks, each between guard pages.</summary>
    [Theory]
    [MemberData(nameof(Texts))]
    public void Blocks_ThatGoOn_StayInside(string name)
    {
        foreach (int block in (int[])[1, 7, 63, 64, 65, 95, 96, 97, 254, 255, 1_000])
        {
            byte[] text = GuardedTexts.Create(name, 1_500);
            int[] expected = Tokenizer.Encode(text, EncodeOptions.AllSpecial);
            var ids = new List<int>();
            int start = 0;
            int size = block;
            while (start < text.Length)
            {
                int end = Math.Min(text.Length, start + size);
                Span<byte> utf8 = _utf8.AtEnd(end - start);
                text.AsSpan(start..end).CopyTo(utf8);
                Span<int> room = _ids.AtEnd(utf8.Length);
                Tokenizer.Encode(
                    utf8, room, out int consumed, out int written, EncodeOptions.AllSpecial, isFinalBlock: end == text.Length);
                ids.AddRange(room[..written]);
                start += consumed;
                size = consumed == 0 ? 2 * size : block;
            }

            Assert.Equal(expected, ids);
        }
    }

    public void Dispose()
    {
        _utf8.Dispose();
        _chars.Dispose();
        _ids.Dispose();
        _decoded.Dispose();
    }

    /// <summary>Into destinations that are large enough, and into some that are too small, which get whole
    /// pieces.</summary>
    private void EncodeToGuarded(ReadOnlySpan<byte> utf8, int[] expected, EncodeOptions options)
    {
        foreach (int room in (int[])[expected.Length, expected.Length - 1, expected.Length / 2, 3, 0])
        {
            if (room < 0 || room > expected.Length)
            {
                continue;
            }

            foreach (bool atEnd in (bool[])[true, false])
            {
                Span<int> ids = atEnd ? _ids.AtEnd(room) : _ids.AtStart(room);
                OperationStatus status = Tokenizer.Encode(utf8, ids, out int consumed, out int written, options);
                Assert.True(ids[..written].SequenceEqual(expected.AsSpan(0, written)));
                Assert.Equal(room == expected.Length, status == OperationStatus.Done);
                Assert.Equal(room == expected.Length, consumed == utf8.Length);
            }
        }
    }

    private static void AssertDecodes(byte[] text, ReadOnlySpan<int> ids, Span<byte> room)
    {
        OperationStatus status = Tokenizer.Decode(ids, room, out _, out int written);
        Assert.Equal(room.Length >= text.Length, status == OperationStatus.Done);
        Assert.True(room[..written].SequenceEqual(text.AsSpan(0, written)));
    }
}
