using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Harmony.Core.Schemas;

/// <summary>
/// The targets of one schema's references: <c>#</c>, and JSON pointers that follow it. A target is known by
/// its place in the schema, however the pointers to it are spelled. A target that is referred to more than
/// once has a name, under which it is printed once; after that the name stands for it, which ends every
/// recursion and keeps the print about as long as the schema.
/// </summary>
internal sealed class SchemaReferences
{
    private static readonly string[] OtherWords =
        ["any", "never", "null", "string", "number", "boolean", "object", "Array"];

    private readonly JsonElement _root;

    // By the pointer as it is spelled; null where it points at nothing in this schema.
    private readonly Dictionary<string, Target?> _byPointer = new(StringComparer.Ordinal);

    // By where the target begins in the schema's text: no two values begin at one place.
    private readonly Dictionary<int, Target> _byPlace = [];

    // The members or items of those values that pointers go through.
    private readonly Dictionary<int, Dictionary<string, JsonElement>> _children = [];
    private readonly HashSet<string> _names = new(OtherWords, StringComparer.Ordinal);
    private readonly Dictionary<string, int> _suffixes = new(StringComparer.Ordinal);
    private bool _namesAll;

    public SchemaReferences(JsonElement root)
    {
        _root = root;
        CollectPointers(root);
    }

    /// <summary>The whole schema, if something refers to it.</summary>
    public Target? Root => _byPlace.TryGetValue(0, out Target? target) ? Named(target) : null;

    /// <summary>The target of a reference; null if it is not in this schema.</summary>
    public Target? Find(string pointer) =>
        _byPointer.GetValueOrDefault(pointer) is Target target ? Named(target) : null;

    // As deep as JSON may nest.
    private void CollectPointers(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                CollectPointers(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in element.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String && member.NameEquals("$ref"u8))
                {
                    CountUse(member.Value.GetString()!);
                }

                CollectPointers(member.Value);
            }
        }
    }

    private void CountUse(string pointer)
    {
        if (!_byPointer.TryGetValue(pointer, out Target? target))
        {
            target = Resolve(pointer);
            _byPointer.Add(pointer, target);
        }

        if (target is not null)
        {
            target.Uses++;
        }
    }

    private Target? Resolve(string pointer)
    {
        string[] steps = [];
        if (pointer is not ("" or "#"))
        {
            // First the fragment's escapes, then the pointer's, as both standards have it.
            string unescaped = Uri.UnescapeDataString(pointer);
            if (!unescaped.StartsWith("#/", StringComparison.Ordinal))
            {
                return null;
            }

            steps = unescaped[2..].Split('/');
        }

        JsonElement schema = _root;
        for (int i = 0; i < steps.Length; i++)
        {
            // ~1 first: "~01" is a tilde and a one.
            steps[i] = steps[i].Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (!ChildrenOf(schema).TryGetValue(steps[i], out schema))
            {
                return null;
            }
        }

        int place = PlaceOf(schema);
        if (!_byPlace.TryGetValue(place, out Target? target))
        {
            target = new Target(schema, steps);
            _byPlace.Add(place, target);

            // The target of a pointer to anything but a definition is also printed where it stands, and so
            // are the references in it, however few there are: then every target needs a name.
            _namesAll |= !target.IsRoot && !target.IsDefinition;
        }

        return target;
    }

    private int PlaceOf(JsonElement element)
    {
        JsonMarshal.GetRawUtf8Value(_root).Overlaps(JsonMarshal.GetRawUtf8Value(element), out int place);
        return place;
    }

    /// <summary>The members of an object by name, the items of an array by index, and nothing for any other
    /// value. Collected once for each value, so that many pointers into one cost no search each.</summary>
    private Dictionary<string, JsonElement> ChildrenOf(JsonElement element)
    {
        int place = PlaceOf(element);
        if (_children.TryGetValue(place, out Dictionary<string, JsonElement>? children))
        {
            return children;
        }

        children = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in element.EnumerateObject())
            {
                children.Add(member.Name, member.Value);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                children.Add(children.Count.ToString(CultureInfo.InvariantCulture), item);
            }
        }

        _children.Add(place, children);
        return children;
    }

    private Target Named(Target target)
    {
        if (target.Name is null && (_namesAll || target.IsRoot || target.Uses > 1))
        {
            target.Name = MakeName(target);
        }

        return target;
    }

    private string MakeName(Target target)
    {
        string text = target.LastStep;
        if (target.IsRoot && SchemaPrinter.TryGetString(_root, "title"u8, out string? title))
        {
            text = title!;
        }

        string made = Identifiers.Make(text, target.IsRoot ? "Root" : "Type");
        string name = made;
        int suffix = _suffixes.GetValueOrDefault(made, 2);
        while (!_names.Add(name))
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{made}{suffix++}");
        }

        _suffixes[made] = suffix;
        return name;
    }

    /// <summary>The target of one or more references.</summary>
    /// <param name="schema">The schema that they refer to.</param>
    /// <param name="steps">The way to it from the root, unescaped.</param>
    public sealed class Target(JsonElement schema, string[] steps)
    {
        public JsonElement Schema { get; } = schema;

        public bool IsRoot => steps.Length == 0;

        /// <summary>Whether it stands where schemas are kept only to be referred to.</summary>
        public bool IsDefinition => steps is ["$defs" or "definitions", _];

        public string LastStep => IsRoot ? string.Empty : steps[^1];

        /// <summary>How many references there are to it.</summary>
        public int Uses { get; set; }

        /// <summary>The name that stands for it; null if it needs none.</summary>
        public string? Name { get; set; }

        /// <summary>Whether it was printed, or is being printed, so that its name says all.</summary>
        public bool IsPrinted { get; set; }

        /// <summary>Whether <see cref="Description"/> was looked for.</summary>
        public bool IsDescriptionKnown { get; set; }

        /// <summary>Its description, its own or that of what it refers to; null for none.</summary>
        public string? Description { get; set; }
    }
}
