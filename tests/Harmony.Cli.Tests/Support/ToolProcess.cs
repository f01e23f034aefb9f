using System.Diagnostics;
using System.Text;

namespace Harmony.Cli.Tests.Support;

/// <summary>Runs the tool as a process of its own, as a shell would.</summary>
internal static class ToolProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // The host that runs this, where it says so.
    private static readonly string Host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public static Process Start(params string[] arguments)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "harmony.dll");
        var start = new ProcessStartInfo(Host, [tool, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        Process process = Process.Start(start)!;
        _ = KillLaterAsync(process);
        return process;
    }

    /// <summary>Waits for the end of a process whose output is read already.</summary>
    public static int ExitCode(Process process)
    {
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail("The process did not end.");
        }

        return process.ExitCode;
    }

    // Whoever waits for the output of a process that hangs gets its end, and the test fails instead of hanging too.
    private static async Task KillLaterAsync(Process process)
    {
        await Task.Delay(Patience).ConfigureAwait(false);
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, or the test has.
        }
    }

    public static CommandRun Run(string input, params string[] arguments)
    {
        using Process process = Start(arguments);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        return new CommandRun(ExitCode(process), output.ToArray(), error.Result);
    }
}
