using System.Buffers;
using Harmony.Bpe;

namespace Harmony.Cli.Input;

/// <summary>
/// Encodes a stream of any length in bounded memory. The ids are those of encoding the whole at once: what
/// more text could change waits in the buffer. Only a piece longer than the buffer makes it grow.
/// </summary>
internal sealed class TokenReader : IDisposable
{
    /// <summary>Bytes of text held at a time; large enough that the cost of a read is nothing beside the
    /// rest.</summary>
    public const int DefaultBufferSize = 128 * 1024;

    private readonly BpeTokenizer _tokenizer;
    private readonly EncodeOptions _options;
    private readonly InputSource _source;
    private readonly Stream _stream;
    private byte[] _utf8;
    private int[] _ids;
    private int _start;
    private int _end;
    private bool _ended;
    private bool _needsMore = true;

    /// <summary>Starts reading; the stream is disposed of with the reader.</summary>
    public TokenReader(
        BpeTokenizer tokenizer,
        EncodeOptions options,
        InputSource source,
        Stream stream,
        int bufferSize = DefaultBufferSize)
    {
        _tokenizer = tokenizer;
        _options = options;
        _source = source;
        _stream = stream;

        // A small file gets small buffers, with a byte to spare to see its end.
        bool hasLength = stream.CanSeek && stream.Length > 0;
        _utf8 = new byte[hasLength ? Math.Min(bufferSize, stream.Length + 1) : bufferSize];
        _ids = new int[(_utf8.Length + 1) / 2];
    }

    /// <summary>How many bytes the ids returned so far stand for.</summary>
    public long BytesEncoded { get; private set; }

    /// <summary>The next ids, some or many; empty only at the end. Valid until the next call.</summary>
    /// <exception cref="CommandException">The source cannot be read, or spells a special token that the
    /// options refuse.</exception>
    public ReadOnlySpan<int> Read()
    {
        while (!(_ended && _start == _end))
        {
            if (_needsMore && !_ended)
            {
                Fill();
            }

            OperationStatus status = Encode(out int consumed, out int written);
            _start += consumed;
            BytesEncoded += consumed;
            _needsMore = status != OperationStatus.DestinationTooSmall;
            if (written > 0)
            {
                return _ids.AsSpan(0, written);
            }

            if (!_needsMore)
            {
                // A single piece has more ids than there is room for. No text has more ids than bytes.
                _ids = new int[_end - _start];
            }
        }

        return default;
    }

    /// <summary>The next ids, and a report of how many bytes they stand for.</summary>
    public ReadOnlySpan<int> Read(Action<long> report)
    {
        long before = BytesEncoded;
        ReadOnlySpan<int> ids = Read();
        report(BytesEncoded - before);
        return ids;
    }

    public void Dispose() => _stream.Dispose();

    private OperationStatus Encode(out int consumed, out int written)
    {
        try
        {
            return _tokenizer.Encode(
                _utf8.AsSpan(_start, _end - _start), _ids, out consumed, out written, _options, _ended);
        }
        catch (SpecialTokenException e)
        {
            throw _source.Refused(e, BytesEncoded);
        }
    }

    // At least half of the buffer is refilled, so that text that waits is looked at a bounded number of
    // times.
    private void Fill()
    {
        int waiting = _end - _start;
        byte[] target = _utf8;
        if (waiting > _utf8.Length / 2)
        {
            if (_utf8.Length == Array.MaxLength)
            {
                throw new CommandException("a single word of 2 GiB cannot be encoded");
            }

            target = new byte[(int)Math.Min(2L * _utf8.Length, Array.MaxLength)];
        }

        _utf8.AsSpan(_start, waiting).CopyTo(target);
        _utf8 = target;
        _start = 0;
        _end = waiting + _source.Read(_stream, _utf8.AsSpan(waiting));
        _ended = _end < _utf8.Length;
    }
}
