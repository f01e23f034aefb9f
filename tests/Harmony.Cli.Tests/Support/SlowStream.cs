namespace Harmony.Cli.Tests.Support;

/// <summary>A stream that returns a limited number of bytes at a time and cannot seek, as pipes do.</summary>
internal sealed class SlowStream(byte[] content, int atATime) : MemoryStream(content)
{
    public override bool CanSeek => false;

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, atATime)]);
}
