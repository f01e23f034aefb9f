namespace Harmony.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    /// <summary>All went well, or whoever read the output has seen enough and closed it.</summary>
    public const int Success = 0;

    /// <summary>The input cannot be read or is refused, or the output cannot be written.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;
}
