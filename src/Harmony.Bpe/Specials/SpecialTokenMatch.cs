namespace Harmony.Bpe.Specials;

/// <summary>An allowed special token found in a text.</summary>
/// <param name="Start">Where its name starts, in bytes of UTF-8.</param>
/// <param name="Length">The length of its name, in bytes.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct SpecialTokenMatch(int Start, int Length, int Id);
