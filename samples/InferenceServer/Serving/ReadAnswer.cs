using InferenceServer.Answers;

namespace InferenceServer.Serving;

/// <summary>Reads a request's body and begins its answer.</summary>
/// <param name="utf8Json">The body; its memory is used again afterwards.</param>
/// <param name="tenant">Who asks.</param>
internal delegate IAnswer ReadAnswer(ReadOnlySpan<byte> utf8Json, Tenant tenant);
