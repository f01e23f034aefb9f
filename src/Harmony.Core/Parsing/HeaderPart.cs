namespace Harmony.Core.Parsing;

/// <summary>A stretch of a header's text between two special ids.</summary>
internal struct HeaderPart
{
    /// <summary>The special id before it, which says what the text is; 0 for none.</summary>
    public int Marker;

    /// <summary>The index of its first id, after the marker.</summary>
    public int IdStart;

    public int Utf8Start;
    public int CharStart;
    public int CharEnd;
}
