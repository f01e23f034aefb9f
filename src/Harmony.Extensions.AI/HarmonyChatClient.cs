using System.Runtime.CompilerServices;
using Harmony.Engines;
using Harmony.Extensions.AI.Requests;
using Harmony.Extensions.AI.Responses;
using Harmony.Extensions.AI.Values;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI;

/// <summary>A chat client over a <see cref="TurnRunner"/>: maps the request, runs the turn, maps its events.
/// Thread-safe.</summary>
internal sealed class HarmonyChatClient(TurnRunner runner, HarmonyChatClientOptions options) : IChatClient
{
    private readonly RequestMapper _requests = new(options, runner.Encoding);
    private readonly ChatClientMetadata _metadata = new("harmony", providerUri: null, options.ModelId);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (ChatResponseUpdate update in
            RunAsync(messages, options, streams: false, cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
        }

        ChatResponse response = updates.ToChatResponse();
        response.RawRepresentation = updates[^1].RawRepresentation;
        return response;
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default) =>
        RunAsync(messages, options, streams: true, cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(TurnRunner) ? runner
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        // The engine is the caller's.
    }

    private async IAsyncEnumerable<ChatResponseUpdate> RunAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? chat,
        bool streams,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        TurnRequest request = _requests.Map(messages, chat, this);
        var mapper = new UpdateMapper(request, chat?.ModelId ?? options.ModelId, streams);
        string? session =
            chat?.AdditionalProperties.FindText(HarmonyProperties.SessionId) ?? chat?.ConversationId;
        await foreach (TurnEvent one in runner
            .RunAsync(request.Conversation, request.Options, session, cancellationToken)
            .ConfigureAwait(false))
        {
            if (mapper.Map(one) is ChatResponseUpdate update)
            {
                yield return update;
            }
        }
    }
}
