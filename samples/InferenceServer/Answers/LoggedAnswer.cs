using System.Buffers;
using Harmony.Core;
using Harmony.OpenAI;
using InferenceServer.Serving;

namespace InferenceServer.Answers;

/// <summary>Logs the texts of an answer's prompt and completion, for a server that was told to. Not
/// thread-safe.</summary>
internal sealed class LoggedAnswer(IAnswer inner, HarmonyEncoding encoding, ILogger logger) : IAnswer
{
    private readonly List<int> _ids = [];

    /// <inheritdoc/>
    public HarmonyPrompt Prompt => inner.Prompt;

    /// <inheritdoc/>
    public string SessionId => inner.SessionId;

    /// <inheritdoc/>
    public void Start(IBufferWriter<byte> body) => inner.Start(body);

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<int> ids, IBufferWriter<byte>? body)
    {
        _ids.AddRange(ids);
        inner.Push(ids, body);
    }

    /// <inheritdoc/>
    public void Complete(TurnEnding ending, IBufferWriter<byte>? body)
    {
        ServerLog.Text(logger, encoding.Decode(Prompt.Render(encoding)), encoding.Decode([.. _ids]));
        inner.Complete(ending, body);
    }

    /// <inheritdoc/>
    public void Fail(OpenAIErrorResponse error, IBufferWriter<byte> body) => inner.Fail(error, body);

    /// <inheritdoc/>
    public void WriteWhole(IBufferWriter<byte> body) => inner.WriteWhole(body);
}
