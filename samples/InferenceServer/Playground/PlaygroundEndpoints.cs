namespace InferenceServer.Playground;

/// <summary>The page that shows tokens, prompts and completions, and what it asks the server.</summary>
internal static class PlaygroundEndpoints
{
    /// <summary>Adds the page at <c>/</c> and the calls that it makes.</summary>
    /// <param name="app">The server.</param>
    public static void MapPlayground(this WebApplication app) => app.MapGet("/", static () => "Harmony for .NET");
}
