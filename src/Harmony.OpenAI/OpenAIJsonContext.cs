using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>The generated code that reads and writes the types.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChatCompletionRequest))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatCompletionChunk))]
[JsonSerializable(typeof(OpenAIErrorResponse))]
[JsonSerializable(typeof(ResponseRequest))]
[JsonSerializable(typeof(Response))]
[JsonSerializable(typeof(ResponseStreamEvent))]
[JsonSerializable(typeof(List<ContentPart>))]
[JsonSerializable(typeof(List<ResponseItem>))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class OpenAIJsonContext : JsonSerializerContext;
