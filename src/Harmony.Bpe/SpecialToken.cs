namespace Harmony.Bpe;

/// <summary>A special token.</summary>
/// <param name="Name">The name, such as <c>&lt;|end|&gt;</c>, which is also the text that it decodes
/// to.</param>
/// <param name="Id">The id.</param>
public readonly record struct SpecialToken(string Name, int Id);
