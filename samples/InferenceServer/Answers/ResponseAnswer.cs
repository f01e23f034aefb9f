using System.Buffers;
using Harmony.OpenAI;

namespace InferenceServer.Answers;

/// <summary>An answer of Responses. Not thread-safe.</summary>
internal sealed class ResponseAnswer : IAnswer
{
    private readonly ResponseWriter _writer;
    private readonly ResponseStore _store;

    public ResponseAnswer(HarmonyPrompt prompt, OpenAIWriterOptions options, ResponseStore store)
    {
        Prompt = prompt;
        SessionId = prompt.ConversationId ?? options.Id!;
        _writer = new ResponseWriter(prompt, options);
        _store = store;
    }

    /// <inheritdoc/>
    public HarmonyPrompt Prompt { get; }

    /// <inheritdoc/>
    public string SessionId { get; }

    /// <inheritdoc/>
    public void Start(IBufferWriter<byte> body) => Send(_writer.Start(), body);

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<int> ids, IBufferWriter<byte>? body) => Send(_writer.Push(ids), body);

    /// <inheritdoc/>
    public void Complete(TurnEnding ending, IBufferWriter<byte>? body)
    {
        IReadOnlyList<ResponseStreamEvent> last = _writer.Complete(ending);

        // A client may go on from the response as soon as it has read the last event.
        _store.Add(_writer);
        Send(last, body);
    }

    /// <inheritdoc/>
    public void Fail(OpenAIErrorResponse error, IBufferWriter<byte> body) =>
        Send(_writer.Fail(error.Error.Message), body);

    /// <inheritdoc/>
    public void WriteWhole(IBufferWriter<byte> body) => OpenAIJson.Write(_writer.ToResponse(), body);

    private static void Send(IReadOnlyList<ResponseStreamEvent> events, IBufferWriter<byte>? body)
    {
        if (body is not null)
        {
            foreach (ResponseStreamEvent one in events)
            {
                OpenAIEventStream.Write(one, body);
            }
        }
    }
}
