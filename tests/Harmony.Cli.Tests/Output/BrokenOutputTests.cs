using Harmony.Cli.Output;

namespace Harmony.Cli.Tests.Output;

public class BrokenOutputTests
{
    private static readonly int BrokenPipe = OperatingSystem.IsWindows() ? unchecked((int)0x8007006D) : 32;

    [Theory]
    [InlineData("encode")]
    [InlineData("count")]
    [InlineData("decode")]
    [InlineData("inspect")]
    [InlineData("rpc")]
    [InlineData("--help")]
    public void Run_ReaderHasGone_EndsQuietly(string command)
    {
        (int exitCode, string error) = RunWith(
            new FailingStream(new IOException("Broken pipe", BrokenPipe)), command);
        Assert.Equal((ExitCodes.Success, ""), (exitCode, error));
    }

    [Fact]
    public void Run_DiskIsFull_OneLine()
    {
        (int exitCode, string error) = RunWith(
            new FailingStream(new IOException("No space left on device")), "encode");
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Equal(
            "harmony: cannot write the output: No space left on device\n", error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Encode_EndlessInputAndReaderHasGone_Ends()
    {
        var streams = new StandardStreams(
            static () => new EndlessStream(),
            static () => new FailingStream(new IOException("Broken pipe", BrokenPipe)),
            static () => TextWriter.Null);
        Assert.Equal(ExitCodes.Success, Application.Run(["encode"], streams));
    }

    private static (int ExitCode, string Error) RunWith(Stream output, string command)
    {
        var error = new StringWriter();
        var streams = new StandardStreams(
            () => new MemoryStream("1 2 3\n"u8.ToArray()), () => output, () => error);
        return (Application.Run([command], streams), error.ToString());
    }

    private sealed class FailingStream(IOException error) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw error;

        public override void Write(byte[] buffer, int offset, int count) => throw error;
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            for (int i = 0; i < buffer.Length; i++)
            {
                buffer[i] = (byte)(i % 2 == 0 ? 'y' : '\n');
            }

            return buffer.Length;
        }
    }
}
