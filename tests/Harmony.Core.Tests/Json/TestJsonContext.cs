using System.Text.Json.Serialization;

namespace Harmony.Core.Tests.Json;

/// <summary>A document of an application that holds conversations.</summary>
[JsonSerializable(typeof(Conversation[]))]
internal sealed partial class TestJsonContext : JsonSerializerContext;
