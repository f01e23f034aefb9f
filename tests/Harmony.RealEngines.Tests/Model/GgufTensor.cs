using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Harmony.RealEngines.Tests.Model;

/// <summary>A tensor of a GGUF file. Its first dimension is the length of a row.</summary>
internal sealed record GgufTensor(string Name, int[] Dimensions, GgufTensorType Type, byte[] Data)
{
    private const int BlockLength = 32;
    private const int BlockSize = 2 + BlockLength;

    public static GgufTensor Floats(string name, float[] values, params int[] dimensions) =>
        new(name, dimensions, GgufTensorType.Float32, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public static GgufTensor Halves(string name, float[] values, params int[] dimensions) => new(
        name, dimensions, GgufTensorType.Float16,
        MemoryMarshal.AsBytes(Array.ConvertAll(values, static value => (Half)value).AsSpan()).ToArray());

    /// <summary>A matrix that is zero in all but a few places.</summary>
    public static GgufTensor Sparse(
        string name, int rowLength, int rowCount, IEnumerable<(int Row, int Column, float Value)> values)
    {
        int rowSize = rowLength / BlockLength * BlockSize;
        var data = new byte[rowSize * rowCount];
        foreach (var block in values.GroupBy(one => (one.Row, Block: one.Column / BlockLength)))
        {
            int start = (block.Key.Row * rowSize) + (block.Key.Block * BlockSize);
            Span<byte> target = data.AsSpan(start, BlockSize);
            float scale = block.Max(static one => Math.Abs(one.Value)) / sbyte.MaxValue;
            BinaryPrimitives.WriteHalfLittleEndian(target, (Half)scale);
            foreach ((_, int column, float value) in block)
            {
                target[2 + (column % BlockLength)] = (byte)(sbyte)MathF.Round(value / scale);
            }
        }

        return new(name, [rowLength, rowCount], GgufTensorType.Block8, data);
    }
}
