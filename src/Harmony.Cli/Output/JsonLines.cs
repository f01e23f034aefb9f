using System.Text.Encodings.Web;
using System.Text.Json;

namespace Harmony.Cli.Output;

/// <summary>JSON as the commands write it: one value a line, text as it is rather than in <c>\u</c>
/// escapes.</summary>
internal static class JsonLines
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes one value and ends its line.</summary>
    public static void WriteLine(OutputWriter output, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(output, Options))
        {
            write(json);
        }

        output.Write('\n');
    }
}
