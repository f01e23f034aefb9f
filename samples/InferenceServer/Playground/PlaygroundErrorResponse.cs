namespace InferenceServer.Playground;

/// <summary>The body of an answer that tells of an error, as OpenAI's.</summary>
internal sealed record PlaygroundErrorResponse(PlaygroundError Error);
