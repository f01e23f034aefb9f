namespace Harmony.OpenAI;

/// <summary>Where Chat Completions writes the model's reasoning. OpenAI's own API has no place for
/// it.</summary>
public enum ReasoningField
{
    /// <summary>In <c>reasoning_content</c>, as DeepSeek and vLLM do.</summary>
    ReasoningContent,

    /// <summary>In <c>reasoning</c>, as other servers do.</summary>
    Reasoning,

    /// <summary>Nowhere.</summary>
    None,
}
