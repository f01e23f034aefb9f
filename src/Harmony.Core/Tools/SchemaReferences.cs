using System.Globalization;
using System.Text.Json;

namespace Harmony.Core;

/// <summary>
/// What the references of one schema point at: <c>#</c> and JSON pointers behind it. A target that is
/// referred to more than once has a name, under which it is printed once; after that the name stands for it,
/// which ends every recursion and keeps the print about as long as the schema.
/// </summary>
internal sealed class SchemaReferences
{
    private const string RootPointer = "#";

    private static readonly string[] OtherWords =
        ["any", "never", "null", "string", "number", "boolean", "object", "Array"];

    private readonly JsonElement _root;
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Target?> _targets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(OtherWords, StringComparer.Ordinal);
    private readonly bool _namesAll;

    public SchemaReferences(JsonElement root)
    {
        _root = root;
        CountUses(root);

        // What is pointed at outside the definitions is also printed where it stands, and so are the
        // references in it, however seldom they are written.
        _namesAll = _uses.Keys.Any(static pointer =>
            pointer.StartsWith("#/", StringComparison.Ordinal) && !IsDefinition(pointer));
        IndexDefinitions("$defs"u8, "#/$defs/");
        IndexDefinitions("definitions"u8, "#/definitions/");
    }

    /// <summary>The whole schema, if something refers to it.</summary>
    public Target? Root => _uses.ContainsKey(RootPointer) ? Find(RootPointer) : null;

    /// <summary>What a reference points at; null if that is not in this schema.</summary>
    public Target? Find(string pointer)
    {
        if (!_targets.TryGetValue(pointer, out Target? target))
        {
            target = TryResolve(pointer, out JsonElement schema) ? new Target(schema) : null;
            _targets.Add(pointer, target);
        }

        if (target is { Name: null } && (_namesAll || pointer == RootPointer || UsesOf(pointer) > 1))
        {
            target.Name = MakeName(pointer);
        }

        return target;
    }

    private static bool IsDefinition(string pointer) =>
        pointer.StartsWith("#/$defs/", StringComparison.Ordinal)
            || pointer.StartsWith("#/definitions/", StringComparison.Ordinal);

    private int UsesOf(string pointer) => _uses.GetValueOrDefault(pointer);

    // As deep as JSON may nest.
    private void CountUses(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                CountUses(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in element.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String && member.NameEquals("$ref"u8))
                {
                    string pointer = member.Value.GetString()!;
                    _uses[pointer] = UsesOf(pointer) + 1;
                }

                CountUses(member.Value);
            }
        }
    }

    private void IndexDefinitions(ReadOnlySpan<byte> member, string prefix)
    {
        if (!SchemaPrinter.TryGet(_root, member, out JsonElement definitions)
            || definitions.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (JsonProperty definition in definitions.EnumerateObject())
        {
            if (definition.Name.AsSpan().IndexOfAny('~', '%', '/') < 0)
            {
                _targets[prefix + definition.Name] = new Target(definition.Value);
            }
        }
    }

    private bool TryResolve(string pointer, out JsonElement schema)
    {
        schema = _root;
        if (pointer == RootPointer)
        {
            return true;
        }

        if (!pointer.StartsWith("#/", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (string escaped in Uri.UnescapeDataString(pointer)[2..].Split('/'))
        {
            string step = escaped.Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (!TryStep(ref schema, step))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryStep(ref JsonElement schema, string step)
    {
        if (schema.ValueKind == JsonValueKind.Object)
        {
            return schema.TryGetProperty(step, out schema);
        }

        bool found = schema.ValueKind == JsonValueKind.Array
            && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && index < schema.GetArrayLength();
        if (found)
        {
            schema = schema[int.Parse(step, CultureInfo.InvariantCulture)];
        }

        return found;
    }

    private string MakeName(string pointer)
    {
        string text = pointer[(pointer.LastIndexOf('/') + 1)..];
        if (pointer == RootPointer && SchemaPrinter.TryGetString(_root, "title"u8, out string? title))
        {
            text = title!;
        }

        string made = Identifiers.Make(
            Uri.UnescapeDataString(text), pointer == RootPointer ? "Root" : "Type");
        string name = made;
        for (int i = 2; !_names.Add(name); i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{made}{i}");
        }

        return name;
    }

    /// <summary>What a reference points at.</summary>
    public sealed class Target(JsonElement schema)
    {
        public JsonElement Schema { get; } = schema;

        /// <summary>The name that stands for it; null if it needs none.</summary>
        public string? Name { get; set; }

        /// <summary>Whether it was printed, or is being printed, so that its name says all.</summary>
        public bool IsPrinted { get; set; }
    }
}
