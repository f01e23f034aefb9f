using System.Text.Json;
using Harmony.Core.Json;

namespace Harmony.Core.Serialization;

/// <summary>Writes the model as JSON, members in the reference's order. A message leaves out what is absent;
/// its structured contents write null. What JSON cannot hold is refused with its path.</summary>
internal readonly ref struct ModelWriter(Utf8JsonWriter json, HarmonyJsonOptions options, bool isWhole = true)
{
    private readonly JsonPath _path = new();

    /// <summary>Writes one value of the model.</summary>
    public delegate void WriteValue<T>(ModelWriter writer, T value);

    public void Write(Conversation conversation)
    {
        json.WriteStartObject();
        json.WriteStartArray("messages"u8);
        _path.Push("messages");
        int index = 0;
        foreach (Message message in conversation.Messages)
        {
            _path.Push(index++);
            Write(message);
            _path.Pop();
        }

        _path.Pop();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void Write(Message message)
    {
        json.WriteStartObject();
        WriteMembers(message.Author);
        WriteIfPresent("recipient", message.Recipient);
        json.WritePropertyName("content"u8);
        _path.Push("content");
        WriteContents(message.Contents);
        _path.Pop();
        WriteIfPresent("channel", message.Channel);
        WriteIfPresent("content_type", message.ContentType);
        if (options.KeepSampledIds && SampledTokens.CanBeKept(message))
        {
            json.WriteStartArray(SampledTokens.MemberName);
            foreach (int id in message.SampledIds.Span)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public void Write(Author author)
    {
        json.WriteStartObject();
        WriteMembers(author);
        json.WriteEndObject();
    }

    public void Write(Content content)
    {
        json.WriteStartObject();
        switch (content)
        {
            case TextContent text:
                json.WriteString("type"u8, "text"u8);
                WriteText("text", text.Text);
                break;
            case SystemContent system:
                WriteMembers(system);
                break;
            case DeveloperContent developer:
                json.WriteString("type"u8, "developer_content"u8);
                WriteText("instructions", developer.Instructions);
                WriteMember(developer.Tools);
                WriteMember(developer.ResponseFormats);
                break;
        }

        json.WriteEndObject();
    }

    public void Write(ChannelConfig channels)
    {
        json.WriteStartObject();
        json.WriteStartArray("valid_channels"u8);
        _path.Push("valid_channels");
        int index = 0;
        foreach (string channel in channels.ValidChannels)
        {
            _path.Push(index++);
            json.WriteStringValue(Checked(channel));
            _path.Pop();
        }

        _path.Pop();
        json.WriteEndArray();
        json.WriteBoolean("channel_required"u8, channels.ChannelRequired);
        json.WriteEndObject();
    }

    public void Write(ToolNamespaceCollection namespaces)
    {
        json.WriteStartObject();
        for (int i = 0; i < namespaces.Count; i++)
        {
            _path.Push(namespaces.Keys[i]);
            json.WritePropertyName(Checked(namespaces.Keys[i])!);
            Write(namespaces.Values[i]);
            _path.Pop();
        }

        json.WriteEndObject();
    }

    public void Write(ToolNamespace tools)
    {
        json.WriteStartObject();
        WriteText("name", tools.Name);
        WriteText("description", tools.Description);
        json.WriteStartArray("tools"u8);
        _path.Push("tools");
        int index = 0;
        foreach (ToolDescription tool in tools.Tools)
        {
            _path.Push(index++);
            Write(tool);
            _path.Pop();
        }

        _path.Pop();
        json.WriteEndArray();
        if (tools.SchemaStyle != SchemaStyle.Reference)
        {
            json.WriteString("schema_style"u8, ModelWords.Of(tools.SchemaStyle));
        }

        json.WriteEndObject();
    }

    public void Write(ToolDescription tool)
    {
        json.WriteStartObject();
        WriteText("name", tool.Name);
        WriteText("description", tool.Description);
        json.WritePropertyName("parameters"u8);
        if (tool.Parameters is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(tool.Parameters.CanonicalUtf8, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    public void Write(ResponseFormat format)
    {
        json.WriteStartObject();
        WriteText("name", format.Name);
        WriteText("description", format.Description);
        json.WritePropertyName("schema"u8);
        json.WriteRawValue(format.Schema.CanonicalUtf8, skipInputValidation: true);
        json.WriteEndObject();
    }

    public void Write(JsonSchema schema) => json.WriteRawValue(schema.RawUtf8, skipInputValidation: true);

    private void WriteMembers(Author author)
    {
        json.WriteString("role"u8, author.Role.ToWord());
        WriteIfPresent("name", author.Name);
    }

    private void WriteContents(ValueList<Content> contents)
    {
        if (contents.Count == 1 && contents[0] is TextContent only)
        {
            json.WriteStringValue(Checked(only.Text));
            return;
        }

        json.WriteStartArray();
        int index = 0;
        foreach (Content content in contents)
        {
            _path.Push(index++);
            Write(content);
            _path.Pop();
        }

        json.WriteEndArray();
    }

    private void WriteMembers(SystemContent system)
    {
        json.WriteString("type"u8, "system_content"u8);
        WriteText("model_identity", system.ModelIdentity);
        json.WriteString(
            "reasoning_effort"u8, system.ReasoningEffort is { } effort ? ModelWords.Of(effort) : null);
        WriteMember(system.Tools);
        WriteText("conversation_start_date", system.ConversationStartDate);
        WriteText("knowledge_cutoff", system.KnowledgeCutoff);
        json.WritePropertyName("channel_config"u8);
        if (system.ChannelConfig is null)
        {
            json.WriteNullValue();
            return;
        }

        _path.Push("channel_config");
        Write(system.ChannelConfig);
        _path.Pop();
    }

    private void WriteMember(ToolNamespaceCollection? namespaces)
    {
        json.WritePropertyName("tools"u8);
        if (namespaces is null)
        {
            json.WriteNullValue();
            return;
        }

        _path.Push("tools");
        Write(namespaces);
        _path.Pop();
    }

    // Left out where there are none, so that the JSON is the reference's.
    private void WriteMember(ValueList<ResponseFormat> formats)
    {
        if (formats.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("response_formats"u8);
        _path.Push("response_formats");
        int index = 0;
        foreach (ResponseFormat format in formats)
        {
            _path.Push(index++);
            Write(format);
            _path.Pop();
        }

        _path.Pop();
        json.WriteEndArray();
    }

    private void WriteIfPresent(string name, string? value)
    {
        if (value is not null)
        {
            WriteText(name, value);
        }
    }

    private void WriteText(string name, string? value)
    {
        _path.Push(name);
        json.WriteString(name, Checked(value));
        _path.Pop();
    }

    /// <summary>Refuses lone surrogates, which JSON writers replace in silence: what is read back would be
    /// another text.</summary>
    private string? Checked(string? value)
    {
        int at = JsonText.IndexOfLoneSurrogate(value);
        return at < 0
            ? value
            : throw new HarmonyJsonException(
                _path.ToString(), 0, $"The text has a lone surrogate (U+{(int)value![at]:X4} at {at}).",
                value, "Unicode text", isWhole: isWhole);
    }
}
