using Harmony.Core;

namespace InferenceServer.Playground;

/// <summary>The page that shows tokens, prompts and completions, and what it asks the server.</summary>
internal static class PlaygroundEndpoints
{
    /// <summary>Adds the page at <c>/</c>, its files, and the calls that it makes: <c>/tokenize</c>,
    /// <c>/detokenize</c>, <c>/render</c> and <c>/parse</c>.</summary>
    /// <param name="app">The server.</param>
    public static void MapPlayground(this WebApplication app)
    {
        PlaygroundAssets.Map(app);
        PlaygroundJson json = PlaygroundJson.Default;
        app.MapGet("/samples/built-in-tools.json", static context => context.Response.WriteAsJsonAsync(
            ToolNamespaceCollection.Create(ToolNamespace.Browser, ToolNamespace.Python),
            PlaygroundJson.Default.ToolNamespaceCollection,
            cancellationToken: context.RequestAborted));
        app.MapPost("/tokenize", PlaygroundCall.Create(
            json.TokenizeRequest, json.TokenizeResponse, Tokenizing.Tokenize));
        app.MapPost("/detokenize", PlaygroundCall.Create(
            json.DetokenizeRequest, json.DetokenizeResponse, Tokenizing.Detokenize));
        app.MapPost("/render", PlaygroundCall.Create(json.RenderRequest, json.RenderResponse, Rendering.Render));
        app.MapPost("/parse", PlaygroundCall.Create(json.ParseRequest, json.ParseResponse, Parsing.Parse));
    }
}
