using Harmony.Bpe;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Fuzz.Targets;

/// <summary>Frozen vocabularies, cut or changed by as little as a bit: a clear error, never a wrong
/// table.</summary>
internal sealed class FrozenTarget : IFuzzTarget
{
    private readonly byte[] _frozen =
        RandomVocabulary.Freeze(RandomVocabulary.Create(1, merges: 100, shuffled: false));

    public string Name => "frozen";

    public void Run(FuzzCase one)
    {
        byte[] damaged = [.. _frozen];
        int length = one.OneIn(3) ? one.Random.Next(_frozen.Length + 1) : _frozen.Length;
        for (int damages = one.Random.Next(1, 5); damages > 0; damages--)
        {
            // The header, of which all bytes mean something, is hit more often.
            int at = one.Random.Next(one.OneIn(2) ? Math.Min(400, damaged.Length) : damaged.Length);
            damaged[at] ^= (byte)(1 << one.Random.Next(8));
        }

        one.Note("header", damaged.AsSpan(0, 400));
        if (length == _frozen.Length && damaged.AsSpan().SequenceEqual(_frozen))
        {
            return;
        }

        try
        {
            FrozenVocabulary.OpenCopy(damaged.AsSpan(0, length));
            throw new FuzzException("a damaged vocabulary was opened");
        }
        catch (VocabularyException e)
        {
            FuzzException.ThrowUnless(e.Message.Length > 0, "no message");
        }
    }
}
