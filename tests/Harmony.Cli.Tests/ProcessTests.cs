using System.Diagnostics;
using System.Text;
using Harmony.Cli.Tests.Support;

namespace Harmony.Cli.Tests;

/// <summary>What only a process of its own can show.</summary>
public class ProcessTests
{
    [Fact]
    public void Encode_ThenDecode_GivesTheTextBack()
    {
        CommandRun encoded = ToolProcess.Run("Grüße, 世界!\n", "encode").AssertSucceeded();
        Assert.Equal("Grüße, 世界!\n", ToolProcess.Run(encoded.Output, "decode").AssertSucceeded().Output);
    }

    [Fact]
    public async Task Encode_EndlessInputAndClosedPipe_EndsQuietly()
    {
        using Process process = ToolProcess.Start("encode", "--lines");
        Task feeding = Task.Run(() => Feed(process.StandardInput.BaseStream));
        var first = new byte[3];
        process.StandardOutput.BaseStream.ReadExactly(first);
        Assert.Equal("88\n", Encoding.UTF8.GetString(first));
        process.StandardOutput.Close();
        Assert.Equal("", process.StandardError.ReadToEnd());
        Assert.Equal(ExitCodes.Success, ToolProcess.ExitCode(process));
        await feeding;
    }

    [Fact]
    public void Run_Failures_ExitCodes()
    {
        ToolProcess.Run("", "count", "no such file").AssertFailed(
            ExitCodes.Failure, "cannot read no such file: no such file");
        ToolProcess.Run("", "bogus").AssertFailed(ExitCodes.Usage, "bogus");
    }

    [Fact]
    public void Rpc_EachRequest_IsAnsweredBeforeTheNext()
    {
        using Process process = ToolProcess.Start("rpc");
        for (int id = 0; id < 3; id++)
        {
            process.StandardInput.Write($"{{\"id\":{id},\"op\":\"encode\",\"text\":\"Hello\"}}\n");
            process.StandardInput.Flush();
            Assert.Equal($"{{\"tokens\":[13225],\"id\":{id}}}", process.StandardOutput.ReadLine());
        }

        process.StandardInput.Close();
        Assert.Equal("", process.StandardOutput.ReadToEnd());
        Assert.Equal(ExitCodes.Success, ToolProcess.ExitCode(process));
    }

    // Until the reader has gone.
    private static void Feed(Stream input)
    {
        byte[] block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("y\n", 4096)));
        try
        {
            while (true)
            {
                input.Write(block);
            }
        }
        catch (IOException)
        {
        }
    }
}
