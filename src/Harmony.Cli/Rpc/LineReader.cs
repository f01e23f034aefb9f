namespace Harmony.Cli.Rpc;

/// <summary>Reads lines of any length as bytes, each as soon as it is complete.</summary>
internal sealed class LineReader(Stream stream, int capacity = 64 * 1024)
{
    private byte[] _buffer = new byte[capacity];
    private int _start;
    private int _end;
    private int _searched;
    private bool _ended;

    /// <summary>The next line, without its end; false when there are no more. Valid until the next
    /// call.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        while (true)
        {
            int length = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                int lineEnd = _searched + length;
                line = _buffer.AsMemory(_start, lineEnd - _start);
                _start = _searched = lineEnd + 1;
                return true;
            }

            _searched = _end;
            if (_ended)
            {
                line = _buffer.AsMemory(_start, _end - _start);
                _start = _end;
                return line.Length > 0;
            }

            Fill();
        }
    }

    private int Read(Span<byte> destination)
    {
        try
        {
            return stream.Read(destination);
        }
        catch (IOException e)
        {
            throw new CommandException($"cannot read standard input: {e.Message}");
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _searched -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, Array.MaxLength));
        }

        int read = Read(_buffer.AsSpan(_end));
        _ended = read == 0;
        _end += read;
    }
}
