namespace Harmony.RealEngines.Tests.Model;

/// <summary>How a tensor's numbers are stored.</summary>
internal enum GgufTensorType : uint
{
    Float32 = 0,
    Float16 = 1,

    /// <summary>Blocks of 32 signed bytes, each after a scale.</summary>
    Block8 = 8,
}
