namespace Harmony.Core.Parsing;

/// <summary>What a header without its message marker turned out to be.</summary>
internal enum BrokenHeader
{
    /// <summary>Not a header but stray text. It has been skipped; what ended it is looked at again.</summary>
    StrayText,

    /// <summary>A header that begins no message. It has been skipped, with the end token that ended
    /// it.</summary>
    NoMessage,

    /// <summary>A message. Its content begins with the buffer's next id.</summary>
    Message,
}
