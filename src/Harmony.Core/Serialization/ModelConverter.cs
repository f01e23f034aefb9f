using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harmony.Core.Serialization;

/// <summary>Reads and writes one type of the model for System.Text.Json.</summary>
internal sealed class ModelConverter<T>(
    ModelReader.ReadValue<T> read, ModelWriter.WriteValue<T> write, HarmonyJsonOptions options)
    : JsonConverter<T>
{
    private readonly HarmonyJsonOptions _options = options;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ReadValue(ref reader, read, _options);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        write(new ModelWriter(writer, _options, isWhole: false), value);

    /// <summary>Reads the value that the reader stands at.</summary>
    public static T ReadValue(
        ref Utf8JsonReader reader, ModelReader.ReadValue<T> read, HarmonyJsonOptions options)
    {
        bool isWhole = reader.CurrentDepth == 0;
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        var model = new ModelReader(
            JsonMarshal.GetRawUtf8Value(document.RootElement), options, isWhole);
        return model.ReadWhole(read);
    }
}
