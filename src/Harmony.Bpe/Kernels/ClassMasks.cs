using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// The classes of a window's characters, one bit for each character: bit i of a mask says whether character i
/// is of the class. Characters, not bytes, so that the algebra on the masks is the same for every script.
/// </summary>
internal struct ClassMasks
{
    public ulong Lower;
    public ulong Upper;

    /// <summary>Caseless letters and marks.</summary>
    public ulong Caseless;

    public ulong Mark;
    public ulong Number;

    /// <summary>Neither letter, mark, number nor white space.</summary>
    public ulong Other;

    /// <summary>White space without CR and LF.</summary>
    public ulong Space;

    /// <summary>CR and LF.</summary>
    public ulong Newline;

    /// <summary>U+0020 alone.</summary>
    public ulong Blank;

    public ulong Slash;
    public ulong Apostrophe;

    /// <summary>By byte, not by character: where the characters begin that lie in the window as a
    /// whole.</summary>
    public ulong Lead;

    /// <summary>How many characters lie in the window as a whole.</summary>
    public int Count;

    /// <summary>Sets one bit in the mask of each class that a character has.</summary>
    public void Add(CharacterClass characterClass, ulong bit)
    {
        Lower |= (characterClass & CharacterClass.Lower) != 0 ? bit : 0;
        Upper |= (characterClass & CharacterClass.Upper) != 0 ? bit : 0;
        Caseless |= (characterClass & CharacterClass.Caseless) != 0 ? bit : 0;
        Mark |= (characterClass & CharacterClass.Mark) != 0 ? bit : 0;
        Number |= (characterClass & CharacterClass.Number) != 0 ? bit : 0;
        Other |= (characterClass & CharacterClass.Other) != 0 ? bit : 0;
        Space |= (characterClass & CharacterClass.Space) != 0 ? bit : 0;
        Newline |= (characterClass & CharacterClass.Newline) != 0 ? bit : 0;
    }

    /// <summary>Takes all classes from some characters, and makes them <see cref="Other"/>.</summary>
    public void SetOther(ulong characters)
    {
        Lower &= ~characters;
        Upper &= ~characters;
        Caseless &= ~characters;
        Mark &= ~characters;
        Number &= ~characters;
        Space &= ~characters;
        Newline &= ~characters;
        Other |= characters;
    }
}
