namespace Harmony.Core.Parsing;

/// <summary>What a token is to the text around it.</summary>
internal enum TokenKind : byte
{
    /// <summary>Not classified yet.</summary>
    Unknown,

    /// <summary>No ordinary token, or one whose bytes alone are not UTF-8.</summary>
    Part,

    /// <summary>Whole characters.</summary>
    Whole,

    /// <summary>Whole characters, one of them a <c>&lt;</c>, which may begin a spelled marker.</summary>
    WholeWithAngle,
}
