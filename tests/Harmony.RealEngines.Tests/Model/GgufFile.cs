using System.Text;

namespace Harmony.RealEngines.Tests.Model;

/// <summary>A file of llama.cpp's format, GGUF 3: values with names, then tensors.</summary>
internal sealed class GgufFile
{
    private const int Alignment = 32;

    private readonly List<Action<BinaryWriter>> _values = [];
    private readonly List<GgufTensor> _tensors = [];

    private enum ValueType : uint
    {
        UInt32 = 4,
        Float32 = 6,
        Bool = 7,
        String = 8,
        Array = 9,
    }

    public void Add(string name, uint value) => Add(name, ValueType.UInt32, file => file.Write(value));

    public void Add(string name, float value) => Add(name, ValueType.Float32, file => file.Write(value));

    public void Add(string name, bool value) => Add(name, ValueType.Bool, file => file.Write(value));

    public void Add(string name, string value) =>
        Add(name, ValueType.String, file => Write(file, Encoding.UTF8.GetBytes(value)));

    public void Add(string name, uint[] values) =>
        Add(name, ValueType.UInt32, values, static (file, one) => file.Write(one));

    public void Add(string name, IReadOnlyList<byte[]> utf8Values) =>
        Add(name, ValueType.String, utf8Values, Write);

    public void Add(GgufTensor tensor) => _tensors.Add(tensor);

    public void Save(string path)
    {
        using var file = new BinaryWriter(new BufferedStream(File.Create(path), 1 << 20));
        file.Write("GGUF"u8);
        file.Write(3u);
        file.Write((ulong)_tensors.Count);
        file.Write((ulong)_values.Count);
        _values.ForEach(value => value(file));
        long offset = 0;
        foreach (GgufTensor tensor in _tensors)
        {
            Write(file, Encoding.UTF8.GetBytes(tensor.Name));
            file.Write((uint)tensor.Dimensions.Length);
            Array.ForEach(tensor.Dimensions, size => file.Write((ulong)size));
            file.Write((uint)tensor.Type);
            file.Write((ulong)offset);
            offset += (tensor.Data.Length + Alignment - 1) / Alignment * Alignment;
        }

        foreach (GgufTensor tensor in _tensors)
        {
            Align(file);
            file.Write(tensor.Data);
        }

        Align(file);
    }

    private void Add(string name, ValueType type, Action<BinaryWriter> write) => _values.Add(file =>
    {
        Write(file, Encoding.UTF8.GetBytes(name));
        file.Write((uint)type);
        write(file);
    });

    private void Add<T>(
        string name, ValueType type, IReadOnlyList<T> values, Action<BinaryWriter, T> write) =>
        Add(name, ValueType.Array, file =>
        {
            file.Write((uint)type);
            file.Write((ulong)values.Count);
            foreach (T value in values)
            {
                write(file, value);
            }
        });

    private static void Write(BinaryWriter file, byte[] utf8)
    {
        file.Write((ulong)utf8.Length);
        file.Write(utf8);
    }

    private static void Align(BinaryWriter file)
    {
        file.Flush();
        while (file.BaseStream.Position % Alignment != 0)
        {
            file.Write((byte)0);
        }
    }
}
