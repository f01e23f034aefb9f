using System.Text.Json.Serialization;

namespace Harmony.Core.Tests.Serialization;

/// <summary>Documents of an application that holds conversations.</summary>
[JsonSerializable(typeof(Conversation[]))]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(Dictionary<Role, int>))]
internal sealed partial class TestJsonContext : JsonSerializerContext;
