using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Harmony.Cli.Output;

/// <summary>
/// Buffers what a command writes. What is in the buffer when a command fails is dropped: output that fits is
/// written whole or not at all.
/// </summary>
internal sealed class OutputWriter(Stream stream, int capacity = 64 * 1024) : IBufferWriter<byte>
{
    private const int LongestNumber = 20;

    private byte[] _buffer = new byte[capacity];
    private int _length;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Write(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > _buffer.Length)
        {
            Flush();
            stream.Write(utf8);
            return;
        }

        MakeRoom(utf8.Length);
        utf8.CopyTo(_buffer.AsSpan(_length));
        _length += utf8.Length;
    }

    public void Write(ReadOnlySpan<char> text)
    {
        MakeRoom(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }

    public void Write(char ascii)
    {
        MakeRoom(1);
        _buffer[_length++] = (byte)ascii;
    }

    public void Write(long number)
    {
        MakeRoom(LongestNumber);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out int written);
        _length += written;
    }

    /// <summary>Hands everything to the stream.</summary>
    public void Flush()
    {
        if (_length > 0)
        {
            stream.Write(_buffer, 0, _length);
            _length = 0;
        }

        stream.Flush();
    }

    private void MakeRoom(int size)
    {
        if (size <= _buffer.Length - _length)
        {
            return;
        }

        if (_length > 0)
        {
            stream.Write(_buffer, 0, _length);
            _length = 0;
        }

        if (size > _buffer.Length)
        {
            _buffer = new byte[size];
        }
    }
}
