using System.Text;
using System.Text.Json;
using Harmony.Core.Json;

namespace Harmony.Core.Serialization;

/// <summary>
/// Reads the model from UTF-8 JSON in one pass. This part knows JSON: values, members, errors with their
/// paths; the others know the model. How deep it recurses depends on the model, not on the input.
/// </summary>
internal ref partial struct ModelReader
{
    // The levels of arrays and objects in which a schema stands, at most: whatever JSON was written of the
    // model can be read.
    private const int ModelDepth = 16;

    private readonly ReadOnlySpan<byte> _utf8;
    private readonly HarmonyJsonOptions _options;
    private readonly bool _isWhole;
    private readonly JsonPath _path = new();
    private JsonReader _json;

    /// <summary>Creates a reader.</summary>
    /// <param name="utf8Json">The text.</param>
    /// <param name="options">How to read.</param>
    /// <param name="isWhole">Whether the text is a whole document, and no part of a larger one.</param>
    public ModelReader(ReadOnlySpan<byte> utf8Json, HarmonyJsonOptions options, bool isWhole = true)
    {
        _utf8 = utf8Json;
        _options = options;
        _isWhole = isWhole;
        _json = new JsonReader(utf8Json, JsonText.MaxDepth + ModelDepth);
    }

    /// <summary>Reads one value of the model.</summary>
    public delegate T ReadValue<T>(ref ModelReader reader);

    /// <summary>Reads the one value that the whole text has to be.</summary>
    public T ReadWhole<T>(ReadValue<T> read)
    {
        try
        {
            Advance();
            T value = read(ref this);
            _json.Read();
            return value;
        }
        catch (JsonException e) when (e is not HarmonyJsonException)
        {
            throw new HarmonyJsonException(
                _path.ToString(), JsonText.PositionOf(e, _utf8), JsonText.ReasonOf(e), value: null,
                "well-formed JSON", e, _isWhole);
        }
    }

    private void Advance()
    {
        if (!_json.Read())
        {
            throw Error("The text ends before the value does.", "a value");
        }
    }

    /// <summary>Opens an object whose members are known by name, or an array in its place.</summary>
    private MemberCursor Open(MemberNames names, string expected, bool allowArray = true)
    {
        bool isArray = allowArray && _json.TokenType == JsonTokenType.StartArray;
        if (!isArray && _json.TokenType != JsonTokenType.StartObject)
        {
            throw WrongType(expected);
        }

        return new MemberCursor(names, isArray);
    }

    /// <summary>Moves to the value of the next known member. Members that are not known are
    /// skipped.</summary>
    /// <param name="members">The walk.</param>
    /// <param name="checkSkipped">Whether numbers and strings of skipped members must be valid: the reference
    /// reads them into memory in most places, and refuses what does not fit there.</param>
    private bool MoveNext(ref MemberCursor members, bool checkSkipped = true)
    {
        if (members.Current >= 0)
        {
            _path.Pop();
        }

        while (true)
        {
            Advance();
            if (_json.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                RequireAll(members);
                return false;
            }

            if (members.IsArray)
            {
                if (!members.MoveToNextPosition())
                {
                    throw Error(
                        $"There are more than {members.Names.PositionCount} elements.", "no more elements");
                }

                _path.Push(members.Current);
                return true;
            }

            if (TryMatchMember(ref members, checkSkipped))
            {
                return true;
            }
        }
    }

    private bool TryMatchMember(ref MemberCursor members, bool checkSkipped)
    {
        RequireNameIsText();
        int member = members.Names.Find(_json);
        if (member < 0)
        {
            string name = ReadText();
            _path.Push(name);
            ReportUnknownMember(name);
            Advance();
            Skip(checkSkipped);
            _path.Pop();
            return false;
        }

        _path.Push(members.Names[member]);
        if (!members.MoveTo(member))
        {
            throw Error($"The member `{members.Names[member]}` occurs twice.", "it once");
        }

        Advance();
        return true;
    }

    private readonly void ReportUnknownMember(string name)
    {
        if (_options.RefuseUnknownMembers)
        {
            throw Error($"Unknown member `{name}`.", "a member of the model", name);
        }

        _options.UnknownMemberSkipped?.Invoke(_path.ToString());
    }

    private readonly void RequireAll(in MemberCursor members)
    {
        int missing = members.FindMissing();
        if (missing >= 0)
        {
            throw Error($"The member `{members.Names[missing]}` is missing.", members.Names[missing]);
        }
    }

    private void Skip(bool check)
    {
        int depth = 0;
        do
        {
            switch (_json.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (++depth > JsonText.MaxDepth)
                    {
                        throw Error(
                            $"The value nests deeper than {JsonText.MaxDepth} levels.", "a flatter value");
                    }

                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    depth--;
                    break;
                case JsonTokenType.Number when check:
                    CheckNumber();
                    break;
                case JsonTokenType.String or JsonTokenType.PropertyName when check && _json.IsEscaped:
                    ReadText();
                    break;
            }
        }
        while (depth > 0 && _json.Read());
    }

    private readonly void CheckNumber()
    {
        ReadOnlySpan<byte> spelled = _json.Spelled;
        Span<byte> canonical = spelled.Length <= 256 ? stackalloc byte[256] : new byte[spelled.Length];
        if (!JsonNumber.TryCanonicalize(spelled, canonical, out _))
        {
            throw JsonText.NumberOutOfRange(spelled, _path.ToString(), _json.TokenStart, _isWhole);
        }
    }

    private string ReadString(string expected = "a string")
    {
        return _json.TokenType == JsonTokenType.String ? ReadText() : throw WrongType(expected);
    }

    private string? ReadOptionalString() =>
        _json.TokenType == JsonTokenType.Null ? null : ReadString("a string or null");

    /// <summary>A word out of a closed set; <c>{"word":null}</c> stands for it as well.</summary>
    private string ReadWord(string expected)
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            return ReadString(expected);
        }

        Advance();
        if (_json.TokenType != JsonTokenType.PropertyName)
        {
            throw WrongType(expected);
        }

        string word = ReadText();
        Advance();
        RequireToken(JsonTokenType.Null, "null");
        Advance();
        RequireToken(JsonTokenType.EndObject, "one member");
        return word;
    }

    private readonly void RequireToken(JsonTokenType type, string expected)
    {
        if (_json.TokenType != type)
        {
            throw WrongType(expected);
        }
    }

    /// <summary>Refuses a member's name that is no text, which could not be compared with others.</summary>
    private readonly void RequireNameIsText()
    {
        if (_json.IsEscaped)
        {
            ReadText();
        }
    }

    private readonly string ReadText() => _json.TryGetText(out string? text)
        ? text
        : throw Error("The string holds a lone surrogate or is no UTF-8.", "Unicode text");

    private readonly HarmonyJsonException WrongType(string expected)
    {
        string found = _json.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.PropertyName => "another member",
            JsonTokenType.String or JsonTokenType.Number => Encoding.UTF8.GetString(_json.Spelled),
            _ => _json.TokenType.ToString().ToLowerInvariant(),
        };
        return Error($"The value is {found}; expected {expected}.", expected, found);
    }

    private readonly HarmonyJsonException UnknownWord(string what, string word, string expected) =>
        Error($"Unknown {what}: {word}. Expected {expected}.", expected, word);

    private readonly HarmonyJsonException Error(string message, string expected, string? value = null) =>
        new(_path.ToString(), _json.TokenStart, message, value, expected, isWhole: _isWhole);
}
