using System.Text.Json.Serialization;
using Harmony.Core;

namespace InferenceServer.Playground;

/// <summary>The JSON of the page's calls.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenizeRequest))]
[JsonSerializable(typeof(TokenizeResponse))]
[JsonSerializable(typeof(DetokenizeRequest))]
[JsonSerializable(typeof(DetokenizeResponse))]
[JsonSerializable(typeof(RenderRequest))]
[JsonSerializable(typeof(RenderResponse))]
[JsonSerializable(typeof(ParseRequest))]
[JsonSerializable(typeof(ParseResponse))]
[JsonSerializable(typeof(PlaygroundErrorResponse))]
[JsonSerializable(typeof(ToolNamespaceCollection))]
internal sealed partial class PlaygroundJson : JsonSerializerContext;
