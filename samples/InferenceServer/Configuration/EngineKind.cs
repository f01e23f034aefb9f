namespace InferenceServer.Configuration;

/// <summary>The engines that the server can be started with.</summary>
internal enum EngineKind
{
    /// <summary>Plays completions of a file.</summary>
    Scripted,

    /// <summary>llama.cpp's server.</summary>
    LlamaCpp,

    /// <summary>vLLM's server, or a router of it.</summary>
    Vllm,

    /// <summary>SGLang's server, or its router.</summary>
    Sglang,
}
