using System.Text.Json;
using Harmony.Core;
using Harmony.Engines;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Requests;

/// <summary>Maps what changes from turn to turn: sampling, limits, stop sequences, the required
/// tool.</summary>
internal static class TurnOptionsMapper
{
    /// <summary>No setting is as large, and decimals are larger.</summary>
    private const float MaxSetting = 1e6f;

    private static readonly TurnOptions Default = new();

    /// <summary>Maps a request's options.</summary>
    /// <param name="chat">The request's options; null for none.</param>
    /// <param name="tools">Its tools.</param>
    /// <param name="constrains">Whether sampling is constrained.</param>
    /// <param name="client">The client, for <see cref="ChatOptions.RawRepresentationFactory"/>.</param>
    /// <exception cref="NotSupportedException">A setting cannot be carried.</exception>
    /// <exception cref="ArgumentException">The required function is not among the tools.</exception>
    public static TurnOptions Map(ChatOptions? chat, ToolSet tools, bool constrains, IChatClient client)
    {
        if (chat is null)
        {
            return Default;
        }

        Refuse(chat);
        TurnOptions basis = chat.RawRepresentationFactory?.Invoke(client) as TurnOptions ?? Default;
        string? required = FindRequired(chat.ToolMode, tools);
        return basis with
        {
            MaxTokens = chat.MaxOutputTokens ?? basis.MaxTokens,
            Temperature = Widen(chat.Temperature) ?? basis.Temperature,
            TopP = Widen(chat.TopP) ?? basis.TopP,
            Seed = chat.Seed ?? basis.Seed,
            StopStrings = chat.StopSequences is { Count: > 0 } stops
                ? ValueList.FromEnumerable(stops.Select(StopString.FromString))
                : basis.StopStrings,
            RequiredTool = required is null ? basis.RequiredTool : tools.GetRecipient(required),
            Constraint = basis.Constraint ?? (constrains ? FindConstraint(chat, tools, required) : null),

            // Without messages there would be no ids to keep.
            CollectMessages = true,
        };
    }

    /// <summary>Whether a request asks for a call, and Harmony cannot begin it since any of several functions
    /// will do.</summary>
    public static bool RequiresAny(ChatOptions? chat, ToolSet tools) =>
        chat?.ToolMode is RequiredChatToolMode && FindRequired(chat.ToolMode, tools) is null;

    private static string? FindRequired(ChatToolMode? mode, ToolSet tools)
    {
        if (mode is not RequiredChatToolMode required)
        {
            return null;
        }

        if (tools.Functions is null)
        {
            throw new ArgumentException(
                "ChatOptions.ToolMode requires a function, and ChatOptions.Tools has none.");
        }

        string? name = required.RequiredFunctionName;
        if (name is not null && !tools.TryGetFunction(name, out _))
        {
            throw new ArgumentException(
                $"ChatOptions.ToolMode requires the function '{name}', which ChatOptions.Tools lacks.");
        }

        return name ?? tools.OnlyFunction;
    }

    private static TokenConstraint? FindConstraint(ChatOptions chat, ToolSet tools, string? required)
    {
        if (required is not null && tools.TryGetFunction(required, out AIFunctionDeclaration? function))
        {
            return function!.JsonSchema.ValueKind == JsonValueKind.Object
                ? TokenConstraint.JsonSchema(function.JsonSchema.GetRawText())
                : null;
        }

        bool mustCall = chat.ToolMode is RequiredChatToolMode;
        bool mayCall = tools.Functions is not null && chat.ToolMode is not NoneChatToolMode;

        // The built-in tools are called with other content than JSON.
        bool hasOthers = tools.HasPython || tools.HasBrowser;
        return !hasOthers && (mustCall || chat.ResponseFormat is ChatResponseFormatJson)
            ? TokenConstraint.Grammar(TurnGrammar.Create(
                mayCall ? tools.Functions!.Tools.Select(static tool => tool.Name) : [], mayAnswer: !mustCall))
            : null;
    }

    // Through decimal: 0.7f is 0.7, not 0.699999988.
    private static double? Widen(float? value) => value is float single && MathF.Abs(single) < MaxSetting
        ? (double)(decimal)single
        : value;

    private static void Refuse(ChatOptions chat)
    {
        string? name = chat switch
        {
            { TopK: not null } => nameof(chat.TopK),
            { FrequencyPenalty: not (null or 0) } => nameof(chat.FrequencyPenalty),
            { PresencePenalty: not (null or 0) } => nameof(chat.PresencePenalty),
            _ => null,
        };
        if (name is not null)
        {
            throw new NotSupportedException(
                $"ChatOptions.{name} cannot be carried to an engine. Leave it null, and set it where the "
                + $"engine is set up, as with {nameof(HttpGeneratorOptions.WriteMembers)} of "
                + $"{nameof(HttpGeneratorOptions)}.");
        }

        if (chat.ContinuationToken is not null)
        {
            throw new NotSupportedException(
                "ChatOptions.ContinuationToken cannot be carried: no response runs in the background.");
        }
    }
}
