namespace Harmony.Bpe;

/// <summary>A special token: its name, which is also the text that it decodes to, and its id.</summary>
/// <param name="Name">The name, such as <c>&lt;|end|&gt;</c>.</param>
/// <param name="Id">The id.</param>
public readonly record struct SpecialToken(string Name, int Id);
