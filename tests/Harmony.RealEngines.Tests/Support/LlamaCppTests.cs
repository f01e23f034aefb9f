namespace Harmony.RealEngines.Tests.Support;

/// <summary>The tests that share llama.cpp, and run one after the other.</summary>
[CollectionDefinition(nameof(LlamaCppTests))]
public sealed class LlamaCppTests : ICollectionFixture<LlamaCpp>;
