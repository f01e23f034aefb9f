using System.Buffers.Text;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Harmony.Core.Json;

/// <summary>
/// Reads UTF-8 JSON token by token, with the results and the errors of <see cref="Utf8JsonReader"/>. Texts of
/// conversations are long strings with an escape in each line, which take that reader most of the time of
/// reading a conversation; here a string is found and decoded 32 bytes at a time.
/// </summary>
/// <remarks>Malformed JSON is read again by that reader, which throws.</remarks>
/// <param name="utf8">The text.</param>
/// <param name="maxDepth">The most levels of arrays and objects, at most <see cref="MaxLevels"/>.</param>
internal ref partial struct JsonReader(ReadOnlySpan<byte> utf8, int maxDepth)
{
    /// <summary>The most levels that a reader keeps.</summary>
    public const int MaxLevels = 64 * Levels.Length;

    private readonly ReadOnlySpan<byte> _utf8 = utf8;
    private readonly int _maxDepth = maxDepth;
    private ReadOnlySpan<byte> _value;
    private int _position;
    private int _depth;

    // A bit for each open level: whether it is an object.
    private Levels _isObject;

    /// <summary>The kind of the token that was read last.</summary>
    public JsonTokenType TokenType { get; private set; }

    /// <summary>Where the token starts, in bytes.</summary>
    public int TokenStart { get; private set; }

    /// <summary>Where reading goes on: after the token, and after the colon of a name.</summary>
    public readonly int Position => _position;

    /// <summary>Whether the token is a string or a name with escapes.</summary>
    public bool IsEscaped { get; private set; }

    /// <summary>The token as it is spelled, without quotes. Undefined for arrays and objects.</summary>
    public readonly ReadOnlySpan<byte> Spelled => _value;

    /// <summary>Reads the next token.</summary>
    /// <returns>False after the one value that the text is.</returns>
    /// <exception cref="JsonException">The text is no JSON, or too deep.</exception>
    public bool Read()
    {
        int next = SkipWhiteSpace();
        if (TokenType is not (JsonTokenType.None or JsonTokenType.PropertyName))
        {
            if (TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                if (_depth == 0)
                {
                    return next < 0 ? false : throw Malformed();
                }

                if (next == ',')
                {
                    _position++;
                    ReadNameOrValue(SkipWhiteSpace());
                    return true;
                }

                if (next is not ('}' or ']'))
                {
                    throw Malformed();
                }
            }

            if (next is '}' or ']')
            {
                Close(isObject: next == '}');
                return true;
            }
        }

        ReadNameOrValue(next);
        return true;
    }

    /// <summary>Reads to the end of the value: of an array or object that has begun, or of the member whose
    /// name was read.</summary>
    /// <exception cref="JsonException">The text is no JSON, or too deep.</exception>
    public void Skip()
    {
        if (TokenType == JsonTokenType.PropertyName)
        {
            Read();
        }

        if (TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            int depth = _depth;
            do
            {
                Read();
            }
            while (_depth >= depth);
        }
    }

    /// <summary>Gets a number that is a whole one of 32 bits, spelled as such.</summary>
    public readonly bool TryGetInt32(out int value) =>
        Utf8Parser.TryParse(_value, out value, out int length) && length == _value.Length;

    /// <summary>Whether a string or name is this text.</summary>
    public readonly bool IsText(ReadOnlySpan<byte> text) => IsEscaped
        ? TryGetText(out string? unescaped) && unescaped == Encoding.UTF8.GetString(text)
        : _value.SequenceEqual(text);

    private void ReadNameOrValue(int next)
    {
        bool isName = _depth > 0 && TokenType != JsonTokenType.PropertyName && IsInObject;
        TokenStart = _position;
        if (isName)
        {
            ReadName(next);
            return;
        }

        switch (next)
        {
            case '"':
                ReadString();
                TokenType = JsonTokenType.String;
                break;
            case '{' or '[':
                Open(isObject: next == '{');
                break;
            case '-' or (>= '0' and <= '9'):
                ReadNumber();
                break;
            case 't':
                ReadLiteral("true"u8, JsonTokenType.True);
                break;
            case 'f':
                ReadLiteral("false"u8, JsonTokenType.False);
                break;
            case 'n':
                ReadLiteral("null"u8, JsonTokenType.Null);
                break;
            default:
                throw Malformed();
        }
    }

    private void ReadName(int next)
    {
        if (next != '"')
        {
            throw Malformed();
        }

        ReadString();
        if (SkipWhiteSpace() != ':')
        {
            throw Malformed();
        }

        _position++;
        TokenType = JsonTokenType.PropertyName;
    }

    private void ReadLiteral(ReadOnlySpan<byte> literal, JsonTokenType type)
    {
        if (!_utf8[_position..].StartsWith(literal))
        {
            throw Malformed();
        }

        TakeValue(literal.Length, type);
    }

    private void ReadNumber()
    {
        ReadOnlySpan<byte> rest = _utf8[_position..];
        int at = rest[0] == '-' ? 1 : 0;
        int digits = CountDigits(rest, at);
        bool isNumber = digits > 0 && (digits == 1 || rest[at] != '0');
        at += digits;
        if (At(rest, at) == '.')
        {
            digits = CountDigits(rest, at + 1);
            isNumber &= digits > 0;
            at += 1 + digits;
        }

        if (At(rest, at) is 'e' or 'E')
        {
            int sign = At(rest, at + 1) is '+' or '-' ? 1 : 0;
            digits = CountDigits(rest, at + 1 + sign);
            isNumber &= digits > 0;
            at += 1 + sign + digits;
        }

        bool isEnd = At(rest, at) is ',' or '}' or ']' or ' ' or '\n' or '\r' or '\t' or '/'
            || (at == rest.Length && _depth == 0);
        if (!isNumber || !isEnd)
        {
            throw Malformed();
        }

        TakeValue(at, JsonTokenType.Number);
    }

    private void TakeValue(int length, JsonTokenType type)
    {
        _value = _utf8.Slice(_position, length);
        IsEscaped = false;
        _position += length;
        TokenType = type;
    }

    private static int CountDigits(ReadOnlySpan<byte> utf8, int from)
    {
        int at = from;
        while (At(utf8, at) is >= '0' and <= '9')
        {
            at++;
        }

        return at - from;
    }

    private static int At(ReadOnlySpan<byte> utf8, int at) => (uint)at < (uint)utf8.Length ? utf8[at] : -1;

    private readonly bool IsInObject => (_isObject[(_depth - 1) >> 6] >> (_depth - 1) & 1) != 0;

    private void Open(bool isObject)
    {
        if (_depth >= _maxDepth)
        {
            throw Malformed();
        }

        ulong bit = 1ul << _depth;
        ref ulong word = ref _isObject[_depth >> 6];
        word = isObject ? word | bit : word & ~bit;
        _depth++;
        _position++;
        TokenType = isObject ? JsonTokenType.StartObject : JsonTokenType.StartArray;
    }

    private void Close(bool isObject)
    {
        if (IsInObject != isObject)
        {
            throw Malformed();
        }

        TokenStart = _position;
        _depth--;
        _position++;
        TokenType = isObject ? JsonTokenType.EndObject : JsonTokenType.EndArray;
    }

    /// <summary>The byte after white space; −1 at the end of the text.</summary>
    private int SkipWhiteSpace()
    {
        ReadOnlySpan<byte> utf8 = _utf8;
        int at = _position;
        while ((uint)at < (uint)utf8.Length)
        {
            int next = utf8[at];
            if (next is not (' ' or '\n' or '\r' or '\t'))
            {
                _position = at;
                return next;
            }

            at++;
        }

        _position = at;
        return -1;
    }

    /// <summary>What <see cref="Utf8JsonReader"/> throws for the text.</summary>
    [DoesNotReturn]
    private readonly UnreachableException Malformed()
    {
        var reader = new Utf8JsonReader(_utf8, new JsonReaderOptions { MaxDepth = _maxDepth });
        while (reader.Read())
        {
        }

        throw new UnreachableException($"Byte {_position} was taken for malformed JSON.");
    }

    [InlineArray(Length)]
    private struct Levels
    {
        public const int Length = 5;

        private ulong _word;
    }
}
