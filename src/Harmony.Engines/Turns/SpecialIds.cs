using Harmony.Bpe;
using Harmony.Core;

namespace Harmony.Engines.Turns;

/// <summary>The ids of texts that this library wrote, special tokens included.</summary>
internal static class SpecialIds
{
    public static int[] Of(HarmonyEncoding encoding, string trusted) =>
        encoding.Encode(trusted, EncodeOptions.AllSpecial);
}
