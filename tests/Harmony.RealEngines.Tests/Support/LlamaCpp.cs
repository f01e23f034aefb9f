using System.Runtime.InteropServices;
using Harmony.RealEngines.Tests.Model;
using Harmony.Samples;
using LLama;
using LLama.Common;
using LLama.Native;

namespace Harmony.RealEngines.Tests.Support;

/// <summary>llama.cpp with the hand-wired model, which is written into a temporary folder, loaded once and
/// deleted.</summary>
public sealed class LlamaCpp : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly LLamaWeights? _model;

    public LlamaCpp()
    {
        NativeLibraryConfig.All.WithLogCallback(static (_, _) => { });
        if (NativeLibraryConfig.All.DryRun(out _, out _))
        {
            HandWiredModel.Write(ModelPath);
            _model = LLamaWeights.LoadFromFile(Parameters());
        }
    }

    /// <summary>The model. Skips the test where the native library cannot be loaded.</summary>
    public LLamaWeights Model
    {
        get
        {
            // On the system that the tests must pass on, it is there.
            bool isExpected =
                OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;
            Assert.SkipWhen(
                _model is null && !isExpected, "llama.cpp's native library cannot be loaded on this system.");
            Assert.NotNull(_model);
            return _model;
        }
    }

    private string ModelPath => Path.Combine(_folder.FullName, "model.gguf");

    public LLamaSharpGenerator Start(int sequences = 1, int sequenceLength = 512) =>
        new(Model, Parameters(sequences, sequenceLength));

    public void Dispose()
    {
        _model?.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>One thread: with more, each step waits for the slowest, and other work takes the
    /// cores.</summary>
    private ModelParams Parameters(int sequences = 1, int sequenceLength = 512) => new(ModelPath)
    {
        ContextSize = (uint)(sequences * sequenceLength),
        SeqMax = (uint)sequences,
        BatchSize = 256,
        Threads = 1,
        BatchThreads = 1,
        GpuLayerCount = 0,
    };
}
