using System.Buffers;
using System.Text;

namespace Harmony.OpenAI;

/// <summary>Writes server-sent events as OpenAI does, for a body of type <c>text/event-stream</c>.
/// Thread-safe.</summary>
public static class OpenAIEventStream
{
    /// <summary>Writes a chunk as an event without a name.</summary>
    public static void Write(ChatCompletionChunk chunk, IBufferWriter<byte> writer) =>
        WriteData(chunk, writer);

    /// <summary>Writes an event of a response, with its type as its name. A stream of Responses ends without
    /// a mark.</summary>
    public static void Write(ResponseStreamEvent streamEvent, IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(streamEvent);
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("event: "u8);
        Encoding.UTF8.GetBytes(streamEvent.Type, writer);
        writer.Write("\n"u8);
        WriteData(streamEvent, writer);
    }

    /// <summary>Writes an error as an event: the stream failed after it began.</summary>
    public static void Write(OpenAIErrorResponse error, IBufferWriter<byte> writer) =>
        WriteData(error, writer);

    /// <summary>Writes the end of a stream of Chat Completions, <c>[DONE]</c>.</summary>
    public static void WriteDone(IBufferWriter<byte> writer) => writer.Write("data: [DONE]\n\n"u8);

    private static void WriteData<T>(T value, IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("data: "u8);
        OpenAIJson.Write(value, writer);
        writer.Write("\n\n"u8);
    }
}
