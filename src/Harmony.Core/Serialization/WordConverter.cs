using System.Text.Json;
using System.Text.Json.Serialization;
using Harmony.Core.Json;
using Harmony.Core.Text;

namespace Harmony.Core.Serialization;

/// <summary>Reads and writes one enum of the model as its words, as values and as names of
/// members.</summary>
internal sealed class WordConverter<T>(ModelReader.ReadValue<T> read, Func<T, string> toWord)
    : JsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ModelConverter<T>.ReadValue(ref reader, read, HarmonyJsonOptions.Default);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(toWord(value));

    public override T ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // A name is spelled like a string, but without the reader's help.
        using var text = new Utf8TextBuilder();
        JsonCanonicalizer.WriteString(reader.GetString(), text);
        var model = new ModelReader(text.Utf8, HarmonyJsonOptions.Default, isWhole: false);
        return model.ReadWhole(read);
    }

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(toWord(value));
}
