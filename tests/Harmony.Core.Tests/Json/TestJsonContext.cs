using System.Text.Json.Serialization;

namespace Harmony.Core.Tests.Json;

/// <summary>Documents of an application that holds conversations.</summary>
[JsonSerializable(typeof(Conversation[]))]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(Dictionary<Role, int>))]
internal sealed partial class TestJsonContext : JsonSerializerContext;
