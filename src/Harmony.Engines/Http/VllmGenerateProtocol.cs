using System.Text.Json;

namespace Harmony.Engines.Http;

/// <summary>vLLM's API <c>/inference/v1/generate</c>: ids in, ids out.</summary>
internal sealed class VllmGenerateProtocol : VllmProtocol
{
    public override string Path => "inference/v1/generate";

    public override void WriteRequest(Utf8JsonWriter json, TokenRequest request, string? model)
    {
        WriteStreaming(json, request, model);
        json.WriteIds("token_ids"u8, request.PromptIds.Span);
        json.WriteString("output_mode"u8, "tokens"u8);
        json.WriteStartObject("sampling_params"u8);
        WriteSampling(json, request);
        json.WriteEndObject();
    }
}
