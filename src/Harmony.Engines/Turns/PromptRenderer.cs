using System.Collections.Immutable;
using Harmony.Core;

namespace Harmony.Engines.Turns;

/// <summary>Renders the prompts of turns, with the renderers of a <see cref="SessionStore"/>.
/// Thread-safe.</summary>
internal sealed class PromptRenderer
{
    private const string EndOfText = "<|endoftext|>";

    private readonly HarmonyEncoding _encoding;
    private readonly RenderOptions _completion;
    private readonly RenderOptions _continuation;
    private readonly ImmutableArray<int> _stopIds;
    private readonly SessionStore _sessions;

    public PromptRenderer(TurnRunnerOptions options)
    {
        _encoding = options.Encoding;
        _completion = options.Rendering with
        {
            Purpose = RenderPurpose.Completion,
            NextRole = Role.Assistant,
        };
        _continuation = options.Rendering with { Purpose = RenderPurpose.Continuation };
        _sessions = new SessionStore(options.MaxSessions, options.MaxSessionTokens);

        // Under a grammar a turn may end with the end of the text.
        _stopIds = [.. _encoding.AssistantStopTokenIds, .. SpecialIds.Of(_encoding, EndOfText)];
    }

    /// <summary>Renders the prompt of a turn.</summary>
    /// <exception cref="ArgumentException">The options contradict each other or the conversation.</exception>
    /// <exception cref="HarmonyRenderException">A message cannot be written in the format.</exception>
    public RenderedPrompt Render(Conversation conversation, TurnOptions options, string? sessionId)
    {
        Message? begun = FindBegun(conversation, options);
        var parsing = new HarmonyParserOptions
        {
            Continues = begun,
            DeclaredTools = DeclaredTools.Of(conversation),
            StopStrings = options.StopStrings,
            CollectMessages = options.CollectMessages,
        };
        if (begun is not null && !options.ContinuesLastMessage)
        {
            conversation = conversation.Add(begun);
        }

        ConversationRenderer renderer = _sessions.Rent(sessionId) ?? new ConversationRenderer(_encoding);
        renderer.Options = begun is null ? _completion : _continuation;
        renderer.Update(conversation);
        ReadOnlySpan<int> ids = renderer.Render();
        var prompt = new RenderedPrompt(ids, _stopIds, parsing);

        // One that failed is let go: it may hold much that no prompt shows.
        _sessions.Return(sessionId, renderer, prompt.Length);
        return prompt;
    }

    /// <summary>Finds the message that the prompt ends inside; null if the model begins one.</summary>
    private Message? FindBegun(Conversation conversation, TurnOptions options)
    {
        if (!options.ContinuesLastMessage)
        {
            return options.RequiredTool is string tool ? RequiredCall.Begin(_encoding, tool) : null;
        }

        if (options.RequiredTool is not null || conversation.Count == 0)
        {
            throw new ArgumentException(
                $"{nameof(TurnOptions.ContinuesLastMessage)} needs a last message, and no "
                + $"{nameof(TurnOptions.RequiredTool)}.",
                nameof(options));
        }

        return conversation[^1];
    }
}
