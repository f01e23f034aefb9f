using System.Buffers;
using Harmony.OpenAI;

namespace InferenceServer.Answers;

/// <summary>An answer in the words of one API, while its ids are sampled. Not thread-safe.</summary>
internal interface IAnswer
{
    /// <summary>What the request asks for.</summary>
    HarmonyPrompt Prompt { get; }

    /// <summary>The conversation, the same from turn to turn.</summary>
    string SessionId { get; }

    /// <summary>Begins the stream.</summary>
    void Start(IBufferWriter<byte> body);

    /// <summary>Takes the next ids.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="body">Takes the events; null if the answer is sent as a whole.</param>
    void Push(ReadOnlySpan<int> ids, IBufferWriter<byte>? body);

    /// <summary>Takes the end, and remembers the conversation.</summary>
    /// <param name="ending">What the engine says about it.</param>
    /// <param name="body">Takes the last events; null if the answer is sent as a whole.</param>
    void Complete(TurnEnding ending, IBufferWriter<byte>? body);

    /// <summary>Ends a stream that has begun with an error.</summary>
    void Fail(OpenAIErrorResponse error, IBufferWriter<byte> body);

    /// <summary>Writes the answer as a whole.</summary>
    void WriteWhole(IBufferWriter<byte> body);
}
