namespace Harmony.OpenAI.Mapping;

/// <summary>What a message of a turn is, in the terms of OpenAI's APIs.</summary>
internal enum TurnPartKind
{
    Text,
    Reasoning,
    Call,
}
