namespace Harmony.Cli.Commands;

/// <summary>How ids are written.</summary>
internal enum EncodeFormat
{
    /// <summary>Separated by spaces, the ids of a text on one line.</summary>
    Spaces,

    /// <summary>One on each line.</summary>
    Lines,

    /// <summary>One JSON object on a line for each text.</summary>
    Json,
}
