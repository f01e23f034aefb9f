namespace InferenceServer.Configuration;

/// <summary>An option that the server cannot start with. The message names it, its value and what to write
/// instead.</summary>
internal sealed class OptionsException(string message) : Exception(message);
