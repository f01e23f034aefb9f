namespace Harmony.Cli.Output;

/// <summary>Recognises the error of writing to a pipe whose reader has gone, as in <c>harmony … |
/// head</c>.</summary>
internal static class ClosedPipe
{
    private const int UnixBrokenPipe = 32;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsPipeClosing = unchecked((int)0x800700E8);

    public static bool IsCauseOf(IOException exception) =>
        exception.HResult == (OperatingSystem.IsWindows() ? WindowsBrokenPipe : UnixBrokenPipe)
        || exception.HResult == WindowsPipeClosing;
}
