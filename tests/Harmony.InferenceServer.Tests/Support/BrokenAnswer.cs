using System.Buffers;
using System.Text;
using Harmony.OpenAI;
using InferenceServer.Answers;

namespace InferenceServer.Support;

/// <summary>A stream that begins with half an event, and of which nothing else can be written.</summary>
internal sealed class BrokenAnswer : IAnswer
{
    public HarmonyPrompt Prompt { get; } = ChatCompletionMapper.ToPrompt(
        OpenAIJson.ReadChatCompletionRequest(Encoding.UTF8.GetBytes(Prompts.Ask(stream: true))));

    public string SessionId => "broken";

    public void Start(IBufferWriter<byte> body)
    {
        body.Write("data: "u8);
        throw new InvalidOperationException("It cannot be written.");
    }

    public void Push(ReadOnlySpan<int> ids, IBufferWriter<byte>? body) => throw new InvalidOperationException();

    public void Complete(TurnEnding ending, IBufferWriter<byte>? body) => throw new InvalidOperationException();

    public void Fail(OpenAIErrorResponse error, IBufferWriter<byte> body) =>
        throw new InvalidOperationException("Nor can its error.");

    public void WriteWhole(IBufferWriter<byte> body) => throw new InvalidOperationException();
}
