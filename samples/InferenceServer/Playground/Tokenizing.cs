using System.Text;
using Harmony.Bpe;

namespace InferenceServer.Playground;

/// <summary>Text to ids, and back.</summary>
internal static class Tokenizing
{
    private const int ContextLength = 131_072;

    public static TokenizeResponse Tokenize(TokenizeRequest request)
    {
        if (request.Prompt is null)
        {
            throw new PlaygroundException("There is no prompt.", "prompt");
        }

        if (request.Limit < 0)
        {
            throw new PlaygroundException("The limit is below 0.", "limit");
        }

        BpeTokenizer tokenizer = TokenizerOf(request.Encoding);
        EncodeOptions options = PlaygroundException.Choose(
            "special", request.Special, ("ordinary", EncodeOptions.Ordinary), ("all", EncodeOptions.AllSpecial));
        byte[] utf8 = Encoding.UTF8.GetBytes(request.Prompt);
        TokenRange[] tokens = tokenizer.EncodeWithOffsets(utf8, options);
        return new TokenizeResponse(
            tokens.Length,
            ContextLength,
            Array.ConvertAll(tokens, static token => token.Id),
            Array.ConvertAll(tokens, static token => token.ByteLength),
            request.Limit is int limit ? tokenizer.GetPrefixLength(utf8, limit, options) : null);
    }

    public static DetokenizeResponse Detokenize(DetokenizeRequest request)
    {
        if (request.Tokens is null)
        {
            throw new PlaygroundException("There are no tokens.", "tokens");
        }

        BpeTokenizer tokenizer = TokenizerOf(request.Encoding);
        int unknown = Array.FindIndex(request.Tokens, id => !tokenizer.TryGetTokenBytes(id, out _));
        if (unknown >= 0)
        {
            throw new PlaygroundException(
                $"{request.Tokens[unknown]} is no token of the encoding.", $"tokens[{unknown}]");
        }

        byte[] bytes = tokenizer.DecodeBytes(request.Tokens);
        return new DetokenizeResponse(
            Encoding.UTF8.GetString(bytes), LengthsOf(request.Tokens, tokenizer), bytes);
    }

    /// <summary>The length in bytes of each id; 0 for what is no token.</summary>
    public static int[] LengthsOf(int[] ids, BpeTokenizer tokenizer) => Array.ConvertAll(
        ids, id => tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> bytes) ? bytes.Length : 0);

    private static BpeTokenizer TokenizerOf(string? encoding) => PlaygroundException.Choose(
        "encoding", encoding, ("o200k_harmony", BpeTokenizer.O200kHarmony), ("o200k_base", BpeTokenizer.O200kBase));
}
