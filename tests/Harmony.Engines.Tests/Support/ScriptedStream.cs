namespace Harmony.Engines.Tests.Support;

/// <summary>A response's body that comes in parts: bytes, waits and faults, one read each.</summary>
internal sealed class ScriptedStream(params object[] parts) : Stream
{
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _next;

    /// <summary>Completes when a read waits for a part that never comes.</summary>
    public Task Waiting => _waiting.Task;

    public bool IsDisposed { get; private set; }

    /// <summary>Whether a read was cancelled, which closes a real connection.</summary>
    public bool WasCancelled { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        object? part = _next < parts.Length ? parts[_next++] : null;
        switch (part)
        {
            case byte[] bytes when bytes.Length <= buffer.Length:
                bytes.CopyTo(buffer);
                return bytes.Length;
            case byte[] bytes:
                bytes.AsSpan(0, buffer.Length).CopyTo(buffer.Span);
                parts[--_next] = bytes[buffer.Length..];
                return buffer.Length;
            case Exception fault:
                throw fault;
            case TimeSpan:
                _waiting.TrySetResult();
                var never = new TaskCompletionSource<int>();
                using (cancellationToken.Register(() =>
                {
                    WasCancelled = true;
                    never.TrySetCanceled(cancellationToken);
                }))
                {
                    return await never.Task;
                }

            default:
                return 0;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
