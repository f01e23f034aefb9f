namespace InferenceServer.Playground;

/// <summary>A text's ids.</summary>
/// <param name="Count">How many.</param>
/// <param name="MaxModelLen">How many ids gpt-oss reads and writes at most.</param>
/// <param name="Tokens">The ids.</param>
/// <param name="ByteLengths">The length in bytes of UTF-8 of each id's part of the text.</param>
/// <param name="PrefixBytes">The length in bytes of UTF-8 of the longest beginning that fits into the limit;
/// null without a limit.</param>
internal sealed record TokenizeResponse(
    int Count, int MaxModelLen, int[] Tokens, int[] ByteLengths, int? PrefixBytes);
