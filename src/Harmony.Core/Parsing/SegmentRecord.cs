namespace Harmony.Core.Parsing;

/// <summary>Where the parts of a segment stand in the queue's buffers.</summary>
internal struct SegmentRecord
{
    public HarmonySegmentKind Kind;
    public HarmonyDiagnostic Diagnostic;
    public int Owner;
    public int TextStart;
    public int TextEnd;
    public int IdStart;
    public int IdEnd;

    /// <summary>The id that ended the message; −1 for none.</summary>
    public int EndToken;
}
