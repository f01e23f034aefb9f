using System.Text.Json;
using System.Text.Json.Serialization;
using Harmony.Core.Serialization;

namespace Harmony.Core;

/// <summary>Lets System.Text.Json read and write every type of the model, by itself or within larger
/// documents, without reflection. What does not fit is a <see cref="HarmonyJsonException"/>. The types name
/// this converter themselves; add one to <see cref="JsonSerializerOptions.Converters"/> only for other
/// options than the default.</summary>
/// <param name="options">How to read and write.</param>
public sealed class HarmonyJsonConverter(HarmonyJsonOptions options) : JsonConverterFactory
{
    private readonly HarmonyJsonOptions _options = Defined.NotNull(options);

    /// <summary>A converter with <see cref="HarmonyJsonOptions.Default"/>.</summary>
    public HarmonyJsonConverter()
        : this(HarmonyJsonOptions.Default)
    {
    }

    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => Create(typeToConvert) is not null;

    /// <inheritdoc/>
    public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        Create(typeToConvert);

    private JsonConverter? Create(Type type) => type switch
    {
        _ when type == typeof(Conversation) => Of<Conversation>(
            static (ref reader) => reader.ReadConversation(), static (writer, value) => writer.Write(value)),
        _ when type == typeof(Message) => Of<Message>(
            static (ref reader) => reader.ReadMessage(), static (writer, value) => writer.Write(value)),
        _ when type == typeof(Author) => Of<Author>(
            static (ref reader) => reader.ReadAuthor(), static (writer, value) => writer.Write(value)),
        _ when type == typeof(Content) => OfContent<Content>(),
        _ when type == typeof(TextContent) => OfContent<TextContent>(),
        _ when type == typeof(SystemContent) => OfContent<SystemContent>(),
        _ when type == typeof(DeveloperContent) => OfContent<DeveloperContent>(),
        _ when type == typeof(ChannelConfig) => Of<ChannelConfig>(
            static (ref reader) => reader.ReadChannelConfig(), static (writer, value) => writer.Write(value)),
        _ when type == typeof(ResponseFormat) => Of<ResponseFormat>(
            static (ref reader) => reader.ReadFormat(), static (writer, value) => writer.Write(value)),
        _ when type == typeof(ToolNamespaceCollection) => Of<ToolNamespaceCollection>(
            static (ref reader) => reader.ReadNamespaces(), static (writer, value) => writer.Write(value)),
        _ when type == typeof(ToolNamespace) => Of<ToolNamespace>(
            static (ref reader) => reader.ReadNamespace(), static (writer, value) => writer.Write(value)),
        _ when type == typeof(ToolDescription) => Of<ToolDescription>(
            static (ref reader) => reader.ReadTool(), static (writer, value) => writer.Write(value)),
        _ when type == typeof(JsonSchema) => Of<JsonSchema>(
            static (ref reader) => reader.ReadSchema(), static (writer, value) => writer.Write(value)),
        _ when type == typeof(Role) => new WordConverter<Role>(
            static (ref reader) => reader.ReadRole(), RoleExtensions.ToWord),
        _ when type == typeof(ReasoningEffort) => new WordConverter<ReasoningEffort>(
            static (ref reader) => reader.ReadEffort(), ModelWords.Of),
        _ when type == typeof(SchemaStyle) => new WordConverter<SchemaStyle>(
            static (ref reader) => reader.ReadStyle(), ModelWords.Of),
        _ => null,
    };

    private ModelConverter<T> OfContent<T>()
        where T : Content =>
        Of(static (ref reader) => reader.ReadContent<T>(), static (writer, value) => writer.Write(value));

    private ModelConverter<T> Of<T>(ModelReader.ReadValue<T> read, ModelWriter.WriteValue<T> write) =>
        new(read, write, _options);
}
