using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// Classifies the 64 bytes of a window. This is what differs from processor to processor; a kernel is a type
/// argument, so that the JIT makes a splitter of its own for each.
/// </summary>
internal unsafe interface IWindowKernel
{
    /// <summary>The bytes of a window.</summary>
    const int WindowLength = 64;

    /// <summary>The bytes behind a window that a kernel may read.</summary>
    const int ReadBehind = 3;

    /// <summary>Finds the class of each character; a byte that is not part of a well-formed one stands alone. One
    /// that the window's end cuts is left out: a byte that announces more bytes than are left, all of which continue
    /// it.</summary>
    // Safety: WindowLength + ReadBehind bytes must be readable at window, the first of which begins a
    // character.
    static abstract void Classify(byte* window, CharacterClassTable classes, out ClassMasks masks);
}
