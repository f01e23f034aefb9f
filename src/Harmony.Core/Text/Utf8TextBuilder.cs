using System.Buffers;
using System.Text;

namespace Harmony.Core.Text;

/// <summary>
/// Text in the making, as UTF-8 in one rented array: what has to be tokenized as one text is put together
/// here, so that no string exists only to be tokenized. Not thread-safe.
/// </summary>
internal sealed class Utf8TextBuilder : IBufferWriter<byte>, IDisposable
{
    // Copied rather than filled in, which would be a method to compile before the first prompt.
    private static ReadOnlySpan<byte> Spaces => "                                "u8;

    private byte[] _utf8 = [];
    private int _length;

    /// <summary>The length in bytes at which appending fails: a text that is made of untrusted values must not
    /// grow out of proportion to them.</summary>
    public int MaxLength { get; init; } = int.MaxValue;

    /// <summary>The text so far; valid until the next append.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8.AsSpan(0, _length);

    /// <summary>The most bytes that there have been, those that were taken back included.</summary>
    public int PeakLength { get; private set; }

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>Bytes that the rented array can hold.</summary>
    public int Capacity => _utf8.Length;

    public void Clear() => _length = 0;

    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(GetSpan(utf8.Length));
        Advance(utf8.Length);
    }

    /// <summary>Appends UTF-16 text; each lone surrogate becomes U+FFFD.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        // Three bytes a char is the most that UTF-8 needs. A long text is measured first, so that the array
        // does not become three times as large as it must.
        int needed = text.Length <= 4096 ? text.Length * 3 : Encoding.UTF8.GetByteCount(text);
        Advance(Encoding.UTF8.GetBytes(text, GetSpan(needed)));
    }

    public void Append(byte ascii)
    {
        GetSpan(1)[0] = ascii;
        Advance(1);
    }

    public void AppendSpaces(int count)
    {
        for (; count > 0; count -= Spaces.Length)
        {
            Append(Spaces[..Math.Min(count, Spaces.Length)]);
        }
    }

    /// <summary>Puts one character between those that are there.</summary>
    public void Insert(int at, byte ascii)
    {
        EnsureFree(1);
        _utf8.AsSpan(at, _length - at).CopyTo(_utf8.AsSpan(at + 1));
        _utf8[at] = ascii;
        Advance(1);
    }

    /// <summary>Takes back what was appended past a length.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length, nameof(length));
        _length = length;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)count, (uint)(_utf8.Length - _length), nameof(count));
        _length += count;
        if (_length > MaxLength)
        {
            throw new TextTooLongException();
        }

        PeakLength = Math.Max(PeakLength, _length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _utf8.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _utf8.AsSpan(_length);
    }

    /// <summary>Gives the array back; the builder is empty and usable afterwards.</summary>
    public void Dispose()
    {
        if (_utf8.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_utf8);
        }

        _utf8 = [];
        _length = 0;
    }

    private void EnsureFree(int sizeHint)
    {
        if (_utf8.Length - _length < Math.Max(sizeHint, 1))
        {
            Grow(sizeHint);
        }
    }

    private void Grow(int sizeHint)
    {
        long wanted = Math.Max((long)_length + Math.Max(sizeHint, 1), Math.Max(1024, 2L * _utf8.Length));
        int size = (int)Math.Min(wanted, Array.MaxLength);
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(size, checked(_length + sizeHint)));
        Utf8.CopyTo(larger);
        int length = _length;
        Dispose();
        _utf8 = larger;
        _length = length;
    }
}
