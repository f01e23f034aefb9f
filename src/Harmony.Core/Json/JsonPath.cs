using System.Globalization;
using System.Text;

namespace Harmony.Core.Json;

/// <summary>The way from the root to the value being read; spelled out only for an error.</summary>
internal sealed class JsonPath
{
    private (string? Name, int Index)[] _steps = new (string?, int)[8];
    private int _count;

    public void Push(string name) => Push((name, 0));

    public void Push(int index) => Push((null, index));

    public void Pop() => _count--;

    public override string ToString()
    {
        var path = new StringBuilder("$");
        foreach ((string? name, int index) in _steps.AsSpan(0, _count))
        {
            if (name is null)
            {
                path.Append(CultureInfo.InvariantCulture, $"[{index}]");
            }
            else if (name.AsSpan().ContainsAnyExcept(NameChars) || name.Length == 0)
            {
                path.Append(CultureInfo.InvariantCulture, $"['{name}']");
            }
            else
            {
                path.Append('.').Append(name);
            }
        }

        return path.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> NameChars = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private void Push((string? Name, int Index) step)
    {
        if (_count == _steps.Length)
        {
            Array.Resize(ref _steps, 2 * _count);
        }

        _steps[_count++] = step;
    }
}
