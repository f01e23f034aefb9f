using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Harmony.Bpe.Tests.Properties;

/// <summary>The inputs of the properties and the checks: seeded, so that a failure can be repeated.</summary>
internal static class Arbitraries
{
    private static readonly Gen<byte> TextByte = Gen.Frequency(
        (8, Gen.Elements([.. "aestrAESTR'  \n\r/!1<|>"u8])),
        (2, Gen.Elements<byte>(0xC3, 0xA9, 0xC5, 0xBF, 0xE4, 0xBD, 0xA0, 0xF0, 0x9F, 0x98, 0x80)),
        (1, Gen.Choose(0, 255).Select(static value => (byte)value)));

    private static readonly Gen<int> CodePoint = Gen.Frequency(
        (6, Gen.Choose(0x20, 0x7E)),
        (2, Gen.Choose(0, 0x2FF)),
        (2, Gen.Choose(0x300, 0xD7FF)),
        (1, Gen.Choose(0xE000, 0x10FFFF)),
        (2, Gen.Elements('\'', ' ', '\n', '\r', '/', 's', 'T', 0x17F, 0x301, 0x1D400)));

    /// <summary>Any bytes, mostly similar to text.</summary>
    public static Arbitrary<byte[]> Bytes { get; } = Arb.From(
        Gen.OneOf(TextByte.ArrayOf(), Gen.Choose(0, 255).Select(static value => (byte)value).ArrayOf()),
        ArbMap.Default.ArbFor<byte[]>().Shrinker);

    /// <summary>Any text without lone surrogates.</summary>
    public static Arbitrary<string> Texts { get; } = Arb.From(
        CodePoint.ArrayOf().Select(static codePoints => string.Concat(codePoints.Select(char.ConvertFromUtf32))),
        static text => ArbMap.Default.ArbFor<string>().Shrinker(text).Where(
            static shorter => !HasLoneSurrogate(shorter)));

    /// <summary>Any chars at all.</summary>
    public static Arbitrary<string> Chars { get; } = Arb.From(
        Gen.Frequency((6, Gen.Choose(0x20, 0x7E)), (1, Gen.Choose(0, 0xFFFF)), (1, Gen.Choose(0xD800, 0xDFFF)))
            .Select(static value => (char)value).ArrayOf().Select(static chars => new string(chars)),
        static text => ArbMap.Default.ArbFor<string>().Shrinker(text).Where(static shorter => shorter is not null));

    /// <summary>Ids of the Harmony vocabulary, in any order.</summary>
    public static Arbitrary<int[]> Ids { get; } = Arb.From(
        Gen.Frequency((9, Gen.Choose(0, 199_997)), (3, Gen.Choose(0, 400)), (1, Gen.Choose(199_998, 201_088))).ArrayOf(),
        static ids => ArbMap.Default.ArbFor<int[]>().Shrinker(ids).Where(
            static shorter => Array.TrueForAll(shorter, static id => id >= 0)));

    /// <summary>Checks a property on many values, and throws with the smallest one that fails.</summary>
    public static void Check<T>(Arbitrary<T> values, Func<T, bool> property)
    {
        Config config = Config.QuickThrowOnFailure
            .WithMaxTest(1_500)
            .WithEndSize(120)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(20260), FSharpOption<int>.None)));
        FsCheck.Check.One(config, Prop.ForAll(values, property));
    }

    private static bool HasLoneSurrogate(string? text) =>
        text is null || text.EnumerateRunes().Any(static rune => rune.Value == 0xFFFD);
}
