namespace Harmony.Compare.Runs;

/// <summary>How a file is given to a tool, and which of its speeds counts.</summary>
internal enum Mode
{
    /// <summary>As one document, again and again; the median pass counts.</summary>
    Whole,

    /// <summary>As documents of about a kilobyte, again and again; the median pass counts.</summary>
    Documents,

    /// <summary>As one document that is seen for the first time, by code that is compiled; the first pass
    /// counts.</summary>
    Cold,

    /// <summary>As documents of four kilobytes, each of which finds the tool's caches of text empty, as the
    /// first request of a thread does; the median pass counts.</summary>
    Fresh,
}
