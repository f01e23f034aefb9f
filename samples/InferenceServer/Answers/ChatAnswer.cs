using System.Buffers;
using Harmony.OpenAI;

namespace InferenceServer.Answers;

/// <summary>An answer of Chat Completions. Not thread-safe.</summary>
internal sealed class ChatAnswer : IAnswer
{
    private readonly ChatCompletionWriter _writer;
    private readonly ResponseStore _store;

    public ChatAnswer(HarmonyPrompt prompt, OpenAIWriterOptions options, ResponseStore store)
    {
        Prompt = prompt;
        SessionId = prompt.ConversationId ?? options.Id!;
        _writer = new ChatCompletionWriter(prompt, options);
        _store = store;
    }

    /// <inheritdoc/>
    public HarmonyPrompt Prompt { get; }

    /// <inheritdoc/>
    public string SessionId { get; }

    /// <inheritdoc/>
    public void Start(IBufferWriter<byte> body)
    {
    }

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<int> ids, IBufferWriter<byte>? body) => Send(_writer.Push(ids), body);

    /// <inheritdoc/>
    public void Complete(TurnEnding ending, IBufferWriter<byte>? body)
    {
        IReadOnlyList<ChatCompletionChunk> last = _writer.Complete(ending);

        // A client may go on with the conversation as soon as it has read the last event.
        _store.Add(_writer);
        Send(last, body);
        if (body is not null)
        {
            OpenAIEventStream.WriteDone(body);
        }
    }

    /// <inheritdoc/>
    public void Fail(OpenAIErrorResponse error, IBufferWriter<byte> body) => OpenAIEventStream.Write(error, body);

    /// <inheritdoc/>
    public void WriteWhole(IBufferWriter<byte> body) => OpenAIJson.Write(_writer.ToCompletion(), body);

    private static void Send(IReadOnlyList<ChatCompletionChunk> chunks, IBufferWriter<byte>? body)
    {
        if (body is not null)
        {
            foreach (ChatCompletionChunk chunk in chunks)
            {
                OpenAIEventStream.Write(chunk, body);
            }
        }
    }
}
