using System.Text;
using System.Text.Unicode;
using Harmony.Bpe;
using Harmony.Core.Text;

namespace Harmony.Core.Parsing;

/// <summary>Decodes a header's ids to text as the reference does: special tokens as they are spelled, and a
/// header that is not well-formed UTF-8 is refused.</summary>
internal sealed class HeaderText(BpeTokenizer tokenizer)
{
    private GrowingBuffer<byte> _utf8 = new();
    private GrowingBuffer<char> _chars = new();

    /// <summary>Decodes a header.</summary>
    /// <param name="ids">The header's ids.</param>
    /// <param name="text">The text, in memory that the next call reuses.</param>
    /// <param name="problem">Why the ids are not text; empty if they are.</param>
    /// <param name="prefix">Words to put before the text.</param>
    /// <returns>Whether the ids are text.</returns>
    public bool TryDecode(ReadOnlySpan<int> ids, out Span<char> text, out string problem, string prefix = "")
    {
        text = default;
        _utf8.Clear();
        foreach (int id in ids)
        {
            if (!tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token))
            {
                problem = $"Invalid token for decoding: {(uint)id}";
                return false;
            }

            _utf8.Append(token);
        }

        if (!Utf8.IsValid(_utf8.Items))
        {
            problem = "Invalid utf-8";
            return false;
        }

        // UTF-8 never needs more chars than it has bytes.
        Span<char> chars = _chars.SetCount(prefix.Length + _utf8.Count);
        prefix.CopyTo(chars);
        text = chars[..(prefix.Length + Encoding.UTF8.GetChars(_utf8.Items, chars[prefix.Length..]))];
        problem = string.Empty;
        return true;
    }
}
