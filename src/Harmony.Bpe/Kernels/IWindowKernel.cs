using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// Classifies the 64 bytes of a window. This is all of the splitter that differs by processor. A kernel is a
/// type argument, so that the JIT compiles a splitter for each.
/// </summary>
internal unsafe interface IWindowKernel
{
    /// <summary>The bytes of a window.</summary>
    const int WindowLength = 64;

    /// <summary>The bytes past a window that may be read.</summary>
    const int ReadPast = 3;

    /// <summary>Whether the processor deposits bits by an instruction. If not, positions of characters are
    /// turned into positions of bytes by a list.</summary>
    static abstract bool DepositsBits { get; }

    /// <summary>Finds the class of each character. A byte that is not part of a well-formed character stands
    /// alone. A character that the window's end truncates is left out: a lead byte that announces more bytes
    /// than the window has, all of which are continuation bytes.</summary>
    // Safety: WindowLength + ReadPast bytes must be readable at window. The first begins a character.
    static abstract void Classify(byte* window, CharacterClassTable classes, out ClassMasks masks);
}
