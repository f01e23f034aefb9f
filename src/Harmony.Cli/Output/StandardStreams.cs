using Microsoft.Win32.SafeHandles;

namespace Harmony.Cli.Output;

/// <summary>The standard streams of a process, or a test's. Those of the process are opened when first used:
/// a command that needs none of the console's machinery doesn't pay for it.</summary>
internal sealed class StandardStreams(
    Func<Stream> openInput, Func<Stream> openOutput, Func<TextWriter> openError)
{
    private Stream? _input;
    private Stream? _output;
    private TextWriter? _error;

    public Stream Input => _input ??= openInput();

    public Stream Output => _output ??= openOutput();

    public TextWriter Error => _error ??= openError();

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>The standard streams of this process.</summary>
    public static StandardStreams OfProcess() =>
        new(Console.OpenStandardInput, OpenOutput, static () => Console.Error)
        {
            InputIsTerminal = !Console.IsInputRedirected,
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
        };

    // The console's stream swallows the error of a closed pipe, so that a command would go on writing, for ever
    // if its input never ends. A file stream reports it, but keeps a position of its own in
    // a regular file and would write over what others append there. Windows has no handle 1.
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        var stream = new FileStream(
            new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }
}
