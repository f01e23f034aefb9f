using Harmony.Core;

namespace InferenceServer.Playground;

/// <summary>What a parser reads from a completion, step by step.</summary>
/// <param name="Tokens">The ids.</param>
/// <param name="ByteLengths">The length of each id's bytes; 0 for what is no token.</param>
/// <param name="Bytes">The bytes of all ids, in base64.</param>
/// <param name="Events">What happens, in order.</param>
/// <param name="Messages">The messages that come out.</param>
/// <param name="Finish">Why the completion ended; null where the parser does not say.</param>
internal sealed record ParseResponse(
    int[] Tokens, int[] ByteLengths, byte[] Bytes, ParseEvent[] Events, Message[] Messages, string? Finish);
