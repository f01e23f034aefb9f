namespace Harmony.Core.Parsing;

/// <summary>The text of a header between two special ids.</summary>
internal struct HeaderPart
{
    /// <summary>The special id before the text, which says what it is; 0 for none.</summary>
    public int Marker;

    /// <summary>The index of the first id of the text.</summary>
    public int IdStart;

    public int Utf8Start;
    public int CharStart;
    public int CharEnd;
}
