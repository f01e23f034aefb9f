namespace Harmony.Core.Parsing;

/// <summary>A segment in a <see cref="SegmentQueue"/>: what it tells, and where its text and ids stand in the
/// <see cref="CompletionBuffer"/>.</summary>
internal struct SegmentRecord
{
    public HarmonySegmentKind Kind;
    public HarmonyDiagnostic Diagnostic;

    /// <summary>The index of its owner in the queue.</summary>
    public int Owner;

    public int TextStart;
    public int TextEnd;
    public int IdStart;
    public int IdEnd;

    /// <summary>The id that ended the message; −1 for none.</summary>
    public int EndToken;
}
