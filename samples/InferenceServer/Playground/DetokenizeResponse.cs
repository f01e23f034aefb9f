namespace InferenceServer.Playground;

/// <summary>The text of ids.</summary>
/// <param name="Prompt">The text; malformed bytes are U+FFFD.</param>
/// <param name="ByteLengths">The length of each id's bytes.</param>
/// <param name="Bytes">The bytes of all ids, in base64.</param>
internal sealed record DetokenizeResponse(string Prompt, int[] ByteLengths, byte[] Bytes);
