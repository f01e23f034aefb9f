namespace Harmony.Core;

/// <summary>What a parser expects next.</summary>
public enum ParserState
{
    /// <summary>The start marker of a message.</summary>
    ExpectStart,

    /// <summary>The rest of a header, up to the message marker.</summary>
    Header,

    /// <summary>Content, up to a stop token.</summary>
    Content,
}
