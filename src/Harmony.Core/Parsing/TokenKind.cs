namespace Harmony.Core.Parsing;

/// <summary>What a token is to the text that it is part of.</summary>
internal enum TokenKind : byte
{
    /// <summary>Not found out yet.</summary>
    Unknown,

    /// <summary>No ranked token, or one whose bytes are not UTF-8 by themselves.</summary>
    Part,

    /// <summary>Whole characters.</summary>
    Whole,

    /// <summary>Whole characters with a <c>&lt;</c> among them, which may begin a spelled marker.</summary>
    WholeWithAngle,
}
