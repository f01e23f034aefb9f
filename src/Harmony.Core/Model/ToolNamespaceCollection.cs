using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Harmony.Core.Json;

namespace Harmony.Core;

/// <summary>
/// Tool namespaces in the order in which prompts show them, the code point order of their keys. A key is the
/// namespace's name unless JSON says otherwise. Immutable and thread-safe, with value equality; write it as a
/// collection: <c>[ToolNamespace.Browser, ToolNamespace.Python]</c>.
/// </summary>
[CollectionBuilder(typeof(ToolNamespaceCollection), nameof(Create))]
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed partial class ToolNamespaceCollection
    : IReadOnlyCollection<ToolNamespace>, IEquatable<ToolNamespaceCollection>
{
    private readonly string[] _keys;
    private readonly ToolNamespace[] _values;

    // 0 until it is first needed. Tools are looked up by value each time that they are rendered.
    private int _hash;

    private ToolNamespaceCollection(string[] keys, ToolNamespace[] values)
    {
        _keys = keys;
        _values = values;
    }

    /// <summary>Gets the number of namespaces.</summary>
    public int Count => _keys.Length;

    /// <summary>Gets the keys in code point order.</summary>
    internal ReadOnlySpan<string> Keys => _keys;

    /// <summary>Gets the namespaces in the order of <see cref="Keys"/>.</summary>
    internal ReadOnlySpan<ToolNamespace> Values => _values;

    /// <summary>Creates a collection of namespaces; of two with one name the later stays.</summary>
    /// <exception cref="ArgumentException">A namespace is null.</exception>
    public static ToolNamespaceCollection Create(params ReadOnlySpan<ToolNamespace> namespaces)
    {
        var entries = new KeyValuePair<string, ToolNamespace>[namespaces.Length];
        ValueList.RefuseNull(namespaces, nameof(namespaces));
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new(namespaces[i].Name, namespaces[i]);
        }

        return FromEntries(entries);
    }

    /// <summary>Creates a collection of namespaces under keys; of two with one key the later stays.</summary>
    /// <exception cref="ArgumentException">A key or a namespace is null.</exception>
    internal static ToolNamespaceCollection FromEntries(
        IEnumerable<KeyValuePair<string, ToolNamespace>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var sorted = new SortedDictionary<string, ToolNamespace>(CodePointOrder.Instance);
        foreach ((string key, ToolNamespace value) in entries)
        {
            if (key is null || value is null)
            {
                throw new ArgumentException("A key or a namespace is null.", nameof(entries));
            }

            sorted[key] = value;
        }

        return new ToolNamespaceCollection([.. sorted.Keys], [.. sorted.Values]);
    }

    /// <summary>Finds the namespace under a key.</summary>
    internal bool TryGet(string key, [NotNullWhen(true)] out ToolNamespace? found)
    {
        ArgumentNullException.ThrowIfNull(key);
        int index = IndexOf(key);
        found = index < 0 ? null : _values[index];
        return found is not null;
    }

    /// <summary>Returns a copy with one more namespace; it replaces one of the same name.</summary>
    public ToolNamespaceCollection With(ToolNamespace added)
    {
        ArgumentNullException.ThrowIfNull(added);
        return WithKey(added.Name, added);
    }

    /// <summary>Returns a copy with one more namespace under a key; it replaces one of the same key.</summary>
    internal ToolNamespaceCollection WithKey(string key, ToolNamespace added)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(added);
        int index = IndexOf(key);
        if (index >= 0)
        {
            var replaced = (ToolNamespace[])_values.Clone();
            replaced[index] = added;
            return new ToolNamespaceCollection(_keys, replaced);
        }

        return new ToolNamespaceCollection(Insert(_keys, ~index, key), Insert(_values, ~index, added));
    }

    /// <summary>Compares keys and namespaces by value.</summary>
    public bool Equals(ToolNamespaceCollection? other) =>
        other is not null
            && _keys.AsSpan().SequenceEqual(other._keys)
            && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ToolNamespaceCollection);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash != 0 ? _hash : _hash = ComputeHash();

    /// <summary>Enumerates the namespaces in the code point order of their keys.</summary>
    public IEnumerator<ToolNamespace> GetEnumerator() =>
        ((IEnumerable<ToolNamespace>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();

    /// <summary>Gets or sets the bytes that printing the longest of the schemas takes; −1 until it is
    /// measured. If two threads measure at once, both find the same.</summary>
    internal int LongestType { get; set; } = -1;

    /// <summary>Gets the approximate size of the namespaces in bytes.</summary>
    internal long Weight
    {
        get
        {
            long weight = 0;
            foreach (ToolNamespace one in _values)
            {
                weight += one.Name.Length + (one.Description?.Length ?? 0);
                foreach (ToolDescription tool in one.Tools)
                {
                    weight += tool.Name.Length + tool.Description.Length
                        + (tool.Parameters is JsonSchema schema ? 2 * schema.RawUtf8.Length : 0);
                }
            }

            return weight;
        }
    }

    private int ComputeHash()
    {
        var hash = default(HashCode);
        for (int i = 0; i < _keys.Length; i++)
        {
            hash.Add(_keys[i]);
            hash.Add(_values[i]);
        }

        return hash.ToHashCode();
    }

    private int IndexOf(string key) => Array.BinarySearch(_keys, key, CodePointOrder.Instance);

    private static T[] Insert<T>(T[] items, int index, T item)
    {
        var longer = new T[items.Length + 1];
        items.AsSpan(0, index).CopyTo(longer);
        longer[index] = item;
        items.AsSpan(index).CopyTo(longer.AsSpan(index + 1));
        return longer;
    }
}
