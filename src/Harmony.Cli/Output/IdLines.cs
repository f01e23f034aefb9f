namespace Harmony.Cli.Output;

/// <summary>A prompt's ids, on one line.</summary>
internal static class IdLines
{
    /// <summary>Separated by spaces.</summary>
    public static void Write(OutputWriter output, ReadOnlySpan<int> ids)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if (i > 0)
            {
                output.Write(' ');
            }

            output.Write(ids[i]);
        }

        output.Write('\n');
    }

    /// <summary>As an object with a member <c>tokens</c>.</summary>
    public static void WriteJson(OutputWriter output, ReadOnlyMemory<int> ids) =>
        JsonLines.WriteLine(output, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("tokens"u8);
        foreach (int id in ids.Span)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
