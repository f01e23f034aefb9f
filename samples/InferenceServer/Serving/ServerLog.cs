using Harmony.Engines;

namespace InferenceServer.Serving;

/// <summary>What the server logs. Texts only where the name says so.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(LogLevel.Information,
        "{Path}: {PromptTokens} prompt ids, {CachedTokens} cached, {CompletionTokens} sampled, {Milliseconds} ms.")]
    public static partial void Answered(
        ILogger logger, string path, int promptTokens, int? cachedTokens, int completionTokens, double milliseconds);

    [LoggerMessage(LogLevel.Information, "Prompt: {Prompt}\nCompletion: {Completion}")]
    public static partial void Text(ILogger logger, string prompt, string completion);

    [LoggerMessage(LogLevel.Warning, "{Path}: {Kind} after {Milliseconds} ms.")]
    public static partial void Failed(ILogger logger, string path, string kind, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "The engine failed: {Error}, status {Status}, after {CompletionTokens} ids.")]
    public static partial void EngineFailed(
        ILogger logger, TokenGenerationError error, int? status, int completionTokens);

    [LoggerMessage(LogLevel.Error, "A fault of the server: {Type}\n{StackTrace}")]
    public static partial void Fault(ILogger logger, string? type, string? stackTrace);

    [LoggerMessage(LogLevel.Information, "The client left: {Path}, after {Milliseconds} ms.")]
    public static partial void ClientLeft(ILogger logger, string path, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "What failed said: {Message}")]
    public static partial void FailureText(ILogger logger, string message);
}
