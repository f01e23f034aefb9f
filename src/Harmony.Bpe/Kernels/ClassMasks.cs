using System.Numerics;
using System.Runtime.CompilerServices;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// The classes of a window's characters, one mask for each class: bit i says whether character i has the
/// class. The bits stand for characters, not bytes, so that the algebra on the masks is the same for every
/// script. Kernels may first have a bit for each byte, and then call <see cref="CompactTo"/>.
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

    /// <summary>By byte, not by character: where the characters begin that lie wholly in the
    /// window.</summary>
    public ulong Lead;

    /// <summary>How many characters lie wholly in the window.</summary>
    public int Count;

    /// <summary>Turns masks by byte into masks by character.</summary>
    /// <param name="lead">Where the characters begin, by byte.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CompactTo(ulong lead)
    {
        Lower = BitMoves.Extract(Lower, lead);
        Upper = BitMoves.Extract(Upper, lead);
        Caseless = BitMoves.Extract(Caseless, lead);
        Mark = BitMoves.Extract(Mark, lead);
        Number = BitMoves.Extract(Number, lead);
        Other = BitMoves.Extract(Other, lead);
        Space = BitMoves.Extract(Space, lead);
        Newline = BitMoves.Extract(Newline, lead);
        Blank = BitMoves.Extract(Blank, lead);
        Slash = BitMoves.Extract(Slash, lead);
        Apostrophe = BitMoves.Extract(Apostrophe, lead);
        Lead = lead;
        Count = BitOperations.PopCount(lead);
    }

    /// <summary>Sets a bit in the mask of each class that a character has.</summary>
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

    /// <summary>Makes some characters <see cref="Other"/> and nothing else.</summary>
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
