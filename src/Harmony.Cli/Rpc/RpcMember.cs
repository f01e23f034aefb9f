namespace Harmony.Cli.Rpc;

/// <summary>The members that a request can have; others are ignored.</summary>
internal enum RpcMember
{
    Op,
    Id,
    Dialect,
    Text,
    AllowedSpecial,
    Token,
    Tokens,
    Tool,
    Role,
    Strict,
    Eos,
    NextTurnRole,
    Config,
    RenderOptions,
    Conversation,
    ConversationJson,
    Message,
    MessageJson,
    Pushes,
    Tools,
    StopStrings,
    SkipStrayText,
    Continues,
    MaxTokens,
    Keep,
}
