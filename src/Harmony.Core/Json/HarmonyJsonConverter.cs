using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harmony.Core.Json;

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
        _ when type == typeof(Conversation) => new ModelConverter<Conversation>(
            static (ref reader) => reader.ReadConversation(), static (writer, value) => writer.Write(value), _options),
        _ when type == typeof(Message) => new ModelConverter<Message>(
            static (ref reader) => reader.ReadMessage(), static (writer, value) => writer.Write(value), _options),
        _ when type == typeof(Author) => new ModelConverter<Author>(
            static (ref reader) => reader.ReadAuthor(), static (writer, value) => writer.Write(value), _options),
        _ when type == typeof(Content) => CreateForContent<Content>(),
        _ when type == typeof(TextContent) => CreateForContent<TextContent>(),
        _ when type == typeof(SystemContent) => CreateForContent<SystemContent>(),
        _ when type == typeof(DeveloperContent) => CreateForContent<DeveloperContent>(),
        _ when type == typeof(ChannelConfig) => new ModelConverter<ChannelConfig>(
            static (ref reader) => reader.ReadChannelConfig(), static (writer, value) => writer.Write(value), _options),
        _ when type == typeof(ResponseFormat) => new ModelConverter<ResponseFormat>(
            static (ref reader) => reader.ReadFormat(), static (writer, value) => writer.Write(value), _options),
        _ when type == typeof(ToolNamespaceCollection) => new ModelConverter<ToolNamespaceCollection>(
            static (ref reader) => reader.ReadNamespaces(), static (writer, value) => writer.Write(value), _options),
        _ when type == typeof(ToolNamespace) => new ModelConverter<ToolNamespace>(
            static (ref reader) => reader.ReadNamespace(), static (writer, value) => writer.Write(value), _options),
        _ when type == typeof(ToolDescription) => new ModelConverter<ToolDescription>(
            static (ref reader) => reader.ReadTool(), static (writer, value) => writer.Write(value), _options),
        _ when type == typeof(JsonSchema) => new ModelConverter<JsonSchema>(
            static (ref reader) => reader.ReadSchema(), static (writer, value) => writer.Write(value), _options),
        _ when type == typeof(Role) => new WordConverter<Role>(
            static (ref reader) => reader.ReadRole(), static value => value.ToWord()),
        _ when type == typeof(ReasoningEffort) => new WordConverter<ReasoningEffort>(
            static (ref reader) => reader.ReadEffort(), static value => ModelWords.Of(Defined.OrThrow(value))),
        _ when type == typeof(SchemaStyle) => new WordConverter<SchemaStyle>(
            static (ref reader) => reader.ReadStyle(), static value => ModelWords.Of(Defined.OrThrow(value))),
        _ => null,
    };

    private ModelConverter<T> CreateForContent<T>()
        where T : Content =>
        new(static (ref reader) => reader.ReadContent<T>(), static (writer, value) => writer.Write(value), _options);
}
