using System.Text.Json;

namespace Harmony.Engines.Http;

/// <summary>vLLM's API <c>/v1/completions</c>.</summary>
internal sealed class VllmCompletionsProtocol : VllmProtocol
{
    public override string Path => "v1/completions";

    public override void WriteRequest(Utf8JsonWriter json, TokenRequest request, string? model)
    {
        WriteStreaming(json, request, model);
        json.WriteIds("prompt"u8, request.PromptIds.Span);
        json.WriteBoolean("add_special_tokens"u8, false);
        json.WriteBoolean("return_token_ids"u8, true);
        json.WriteBoolean("return_tokens_as_token_ids"u8, true);
        WriteSampling(json, request);
    }
}
