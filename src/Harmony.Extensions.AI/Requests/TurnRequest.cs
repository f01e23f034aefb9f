using Harmony.Core;
using Harmony.Engines;

namespace Harmony.Extensions.AI.Requests;

/// <summary>A request as the runner takes it, and what reading its response needs to know.</summary>
/// <param name="Conversation">The conversation, without the turn.</param>
/// <param name="Options">How to sample and read.</param>
/// <param name="Tools">The names of the tools.</param>
/// <param name="MayCall">Whether calls may be run: not if the tool mode is none.</param>
/// <param name="HidesReasoning">Whether the text of reasoning is left out of the response.</param>
internal sealed record TurnRequest(
    Conversation Conversation, TurnOptions Options, ToolSet Tools, bool MayCall, bool HidesReasoning);
