using System.Buffers;
using System.Text;
using Harmony.Cli.Output;

namespace Harmony.Cli.Tests.Output;

public class OutputWriterTests
{
    [Fact]
    public void Write_AnyCapacity_SameBytes()
    {
        for (int capacity = 1; capacity < 60; capacity++)
        {
            var stream = new MemoryStream();
            var output = new OutputWriter(stream, capacity);
            output.Write("größe ");
            output.Write(-1234567890123456789);
            output.Write('\n');
            output.Write("a longer text, longer than the buffer"u8);
            "rented"u8.CopyTo(output.GetSpan(6));
            output.Advance(6);
            BuffersExtensions.Write(output, "ext"u8);
            output.Write(0);
            output.Flush();
            Assert.Equal(
                "größe -1234567890123456789\na longer text, longer than the bufferrentedext0",
                Encoding.UTF8.GetString(stream.ToArray()));
        }
    }

    [Fact]
    public void Write_LessThanTheBuffer_NothingBeforeFlush()
    {
        var stream = new MemoryStream();
        var output = new OutputWriter(stream);
        output.Write("text"u8);
        Assert.Equal(0, stream.Length);
        output.Flush();
        Assert.Equal(4, stream.Length);
    }
}
