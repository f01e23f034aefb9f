using System.Text.Json;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;

namespace Harmony.Cli.Rpc;

/// <summary>
/// One line as a request: where the values of its members stand in it. They are read when an operation asks
/// for them, and a conversation's JSON is handed on as it was spelled.
/// </summary>
internal sealed class RpcRequest
{
    // In the order of RpcMember.
    private static readonly string[] Names =
    [
        "op", "id", "dialect", "text", "allowed_special", "token", "tokens", "tool", "role", "strict", "eos",
        "next_turn_role", "config", "render_options", "conversation", "conversation_json", "message",
        "message_json", "pushes", "tools", "stop_strings", "skip_stray_text", "continues", "max_tokens", "keep",
    ];

    // How deep a conversation may nest is for its reader to say.
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private readonly Range?[] _values = new Range?[Names.Length];
    private ReadOnlyMemory<byte> _line;

    /// <summary>Takes a line; the request is valid until the next.</summary>
    /// <exception cref="RpcException">The line is no JSON object.</exception>
    public void Read(ReadOnlyMemory<byte> line)
    {
        Array.Clear(_values);
        _line = line;
        if (!Utf8.IsValid(line.Span))
        {
            throw new RpcException(RpcException.Request, "the line is not UTF-8");
        }

        try
        {
            var json = new Utf8JsonReader(line.Span, AnyDepth);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                throw new RpcException(RpcException.Request, "the line is not a JSON object");
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                int member = IndexOfName(ref json);
                json.Read();
                int start = (int)json.TokenStartIndex;
                json.Skip();
                if (member >= 0)
                {
                    _values[member] = start..(int)json.BytesConsumed;
                }
            }

            // Nothing may follow the object.
            json.Read();
        }
        catch (JsonException e)
        {
            Array.Clear(_values);
            throw new RpcException(RpcException.Request, $"the line is not JSON: {e.Message}");
        }
    }

    /// <summary>Whether a member is absent or null, which is the same to all but the id.</summary>
    public bool IsAbsent(RpcMember member) => !Has(member) || Json(member).SequenceEqual("null"u8);

    /// <summary>Whether the request has a member, null or not.</summary>
    public bool Has(RpcMember member) => _values[(int)member] is not null;

    /// <summary>A member's JSON as it is spelled; empty if it is absent.</summary>
    public ReadOnlySpan<byte> Json(RpcMember member) =>
        _values[(int)member] is Range range ? _line.Span[range] : default;

    /// <summary>A member's JSON as it is spelled.</summary>
    /// <exception cref="RpcException">The member is null or absent.</exception>
    public ReadOnlySpan<byte> RequiredJson(RpcMember member) => !IsAbsent(member)
        ? Json(member)
        : throw new RpcException(RpcException.Request, $"the request has no member {Names[(int)member]}");

    /// <summary>A reader at a member's value.</summary>
    /// <exception cref="RpcException">The member is null or absent.</exception>
    public Utf8JsonReader Reader(RpcMember member)
    {
        var json = new Utf8JsonReader(RequiredJson(member), AnyDepth);
        json.Read();
        return json;
    }

    /// <summary>A string; null if the member is null or absent.</summary>
    /// <exception cref="RpcException">The member is something else.</exception>
    public string? GetString(RpcMember member)
    {
        return IsAbsent(member) ? null : GetRequiredString(member);
    }

    /// <summary>A string that must be there.</summary>
    /// <exception cref="RpcException">The member is absent, null or something else.</exception>
    public string GetRequiredString(RpcMember member)
    {
        Utf8JsonReader json = Reader(member);
        return json.TokenType == JsonTokenType.String
            ? WellFormed(ref json)
            : throw Unfit(member, "a string");
    }

    /// <summary>A string's UTF-8 in pooled memory; lone surrogates are U+FFFD.</summary>
    /// <exception cref="RpcException">The member is null, absent or something else.</exception>
    public SpanOwner<byte> GetUtf8(RpcMember member, out int length)
    {
        Utf8JsonReader json = Reader(member);
        if (json.TokenType != JsonTokenType.String)
        {
            throw Unfit(member, "a string");
        }

        // Unescaping never makes a string longer.
        SpanOwner<byte> utf8 = SpanOwner<byte>.Allocate(json.ValueSpan.Length);
        try
        {
            length = json.CopyString(utf8.Span);
        }
        catch (InvalidOperationException)
        {
            length = LoneSurrogates.CopyReplaced(Json(member), utf8.Span);
        }

        return utf8;
    }

    /// <summary>True or false; the default if the member is null or absent.</summary>
    /// <exception cref="RpcException">The member is something else.</exception>
    public bool GetBoolean(RpcMember member, bool defaultValue)
    {
        if (IsAbsent(member))
        {
            return defaultValue;
        }

        return Reader(member).TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw Unfit(member, "true or false"),
        };
    }

    /// <summary>An id.</summary>
    /// <exception cref="RpcException">The member is null, absent or no id.</exception>
    public int GetId(RpcMember member)
    {
        Utf8JsonReader json = Reader(member);
        return ReadId(ref json, member);
    }

    /// <summary>A number of things.</summary>
    /// <exception cref="RpcException">The member is null, absent or no such number.</exception>
    public int GetCount(RpcMember member) =>
        Reader(member) is { TokenType: JsonTokenType.Number } json && json.TryGetInt32(out int count) && count >= 0
            ? count
            : throw Unfit(member, "a number from 0 to 2147483647");

    /// <summary>A list of ids in pooled memory.</summary>
    /// <exception cref="RpcException">The member is null, absent or no list of ids.</exception>
    public ArrayPoolBufferWriter<int> GetIds(RpcMember member)
    {
        Utf8JsonReader json = Reader(member);
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw Unfit(member, "a list of ids");
        }

        var ids = new ArrayPoolBufferWriter<int>();
        try
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                ids.GetSpan(1)[0] = ReadId(ref json, member);
                ids.Advance(1);
            }

            return ids;
        }
        catch
        {
            ids.Dispose();
            throw;
        }
    }

    /// <summary>A member of a member, if it is true or false; null otherwise. What the reference does with
    /// options that it does not understand is to take its default.</summary>
    /// <exception cref="RpcException">The outer member is neither an object nor null nor absent.</exception>
    public bool? FindFlag(RpcMember member, string name) => FindIn(member, name).TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => null,
    };

    /// <summary>A member of a member, true or false; null if it is null or absent.</summary>
    /// <exception cref="RpcException">It is something else, or the outer member is no object.</exception>
    public bool? GetFlag(RpcMember member, string name) => FindIn(member, name).TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.None or JsonTokenType.Null => null,
        _ => throw Unfit(member, name, "true or false"),
    };

    /// <summary>A member of a member, a string; null if it is null or absent.</summary>
    /// <exception cref="RpcException">It is something else, or the outer member is no object.</exception>
    public string? GetWord(RpcMember member, string name)
    {
        Utf8JsonReader json = FindIn(member, name);
        return json.TokenType switch
        {
            JsonTokenType.String => WellFormed(ref json),
            JsonTokenType.None or JsonTokenType.Null => null,
            _ => throw Unfit(member, name, "a string"),
        };
    }

    /// <summary>A reader at the last member of a name in an object that is a member itself; at nothing if
    /// either is absent.</summary>
    private Utf8JsonReader FindIn(RpcMember member, string name)
    {
        if (IsAbsent(member))
        {
            return default;
        }

        Utf8JsonReader json = Reader(member);
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw Unfit(member, "an object");
        }

        Utf8JsonReader found = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isIt = json.ValueTextEquals(name);
            json.Read();
            found = isIt ? json : found;
            json.Skip();
        }

        return found;
    }

    /// <summary>The error of a member that is not what it should be.</summary>
    public static RpcException Unfit(RpcMember member, string expected) =>
        new(RpcException.Value, $"{Names[(int)member]} must be {expected}");

    /// <summary>The error of a member's member that is not what it should be.</summary>
    public static RpcException Unfit(RpcMember member, string name, string expected) =>
        new(RpcException.Value, $"{Names[(int)member]}.{name} must be {expected}");

    /// <summary>The string that a reader is at.</summary>
    /// <exception cref="RpcException">It holds a lone surrogate.</exception>
    public static string WellFormed(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new RpcException(RpcException.Value, "a string holds a lone surrogate");
        }
    }

    // An id is 32 bits without a sign in the reference. Those beyond the sign are no tokens, as negative ones
    // are none here.
    private static int ReadId(ref Utf8JsonReader json, RpcMember member) =>
        json.TokenType == JsonTokenType.Number && json.TryGetUInt32(out uint id)
            ? unchecked((int)id)
            : throw Unfit(member, "ids from 0 to 4294967295");

    private static int IndexOfName(ref Utf8JsonReader json)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (json.ValueTextEquals(Names[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
