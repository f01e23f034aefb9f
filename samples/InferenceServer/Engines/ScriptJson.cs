using System.Text.Json;
using System.Text.Json.Serialization;

namespace InferenceServer.Engines;

/// <summary>The generated code that reads scripts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ScriptEntry[]))]
internal sealed partial class ScriptJson : JsonSerializerContext;
