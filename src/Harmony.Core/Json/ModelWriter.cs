using System.Text.Json;

namespace Harmony.Core.Json;

/// <summary>Writes the model as JSON, members in the reference's order. A message leaves out what is absent;
/// its structured contents write null.</summary>
internal static class ModelWriter
{
    public static void Write(Utf8JsonWriter json, Conversation conversation)
    {
        json.WriteStartObject();
        json.WriteStartArray("messages"u8);
        foreach (Message message in conversation.Messages)
        {
            Write(json, message);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Message message)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, message.Role.ToWord());
        WriteIfPresent(json, "name"u8, message.Author.Name);
        WriteIfPresent(json, "recipient"u8, message.Recipient);
        json.WritePropertyName("content"u8);
        WriteContents(json, message.Contents);
        WriteIfPresent(json, "channel"u8, message.Channel);
        WriteIfPresent(json, "content_type"u8, message.ContentType);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ToolNamespace tools)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, tools.Name);
        json.WriteString("description"u8, tools.Description);
        json.WriteStartArray("tools"u8);
        foreach (ToolDescription tool in tools.Tools)
        {
            WriteTool(json, tool);
        }

        json.WriteEndArray();
        WriteIfPresent(
            json, "schema_style"u8, tools.SchemaStyle == SchemaStyle.Extended ? "extended" : null);
        json.WriteEndObject();
    }

    private static void WriteContents(Utf8JsonWriter json, ValueList<Content> contents)
    {
        if (contents.Count == 1 && contents[0] is TextContent only)
        {
            json.WriteStringValue(only.Text);
            return;
        }

        json.WriteStartArray();
        foreach (Content content in contents)
        {
            json.WriteStartObject();
            WriteContent(json, content);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteContent(Utf8JsonWriter json, Content content)
    {
        switch (content)
        {
            case TextContent text:
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, text.Text);
                break;
            case SystemContent system:
                WriteSystem(json, system);
                break;
            case DeveloperContent developer:
                json.WriteString("type"u8, "developer_content"u8);
                json.WriteString("instructions"u8, developer.Instructions);
                WriteNamespaces(json, developer.Tools);
                WriteFormats(json, developer.ResponseFormats);
                break;
        }
    }

    private static void WriteSystem(Utf8JsonWriter json, SystemContent system)
    {
        json.WriteString("type"u8, "system_content"u8);
        json.WriteString("model_identity"u8, system.ModelIdentity);
        json.WriteString("reasoning_effort"u8, system.ReasoningEffort switch
        {
            ReasoningEffort.Low => "Low",
            ReasoningEffort.Medium => "Medium",
            ReasoningEffort.High => "High",
            _ => null,
        });
        WriteNamespaces(json, system.Tools);
        json.WriteString("conversation_start_date"u8, system.ConversationStartDate);
        json.WriteString("knowledge_cutoff"u8, system.KnowledgeCutoff);
        json.WritePropertyName("channel_config"u8);
        if (system.ChannelConfig is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("valid_channels"u8);
        foreach (string channel in system.ChannelConfig.ValidChannels)
        {
            json.WriteStringValue(channel);
        }

        json.WriteEndArray();
        json.WriteBoolean("channel_required"u8, system.ChannelConfig.ChannelRequired);
        json.WriteEndObject();
    }

    private static void WriteNamespaces(Utf8JsonWriter json, ToolNamespaceCollection? namespaces)
    {
        json.WritePropertyName("tools"u8);
        if (namespaces is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        for (int i = 0; i < namespaces.Count; i++)
        {
            json.WritePropertyName(namespaces.Keys[i]);
            Write(json, namespaces.Values[i]);
        }

        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, ToolDescription tool)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, tool.Name);
        json.WriteString("description"u8, tool.Description);
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

    // Left out where there are none, so that the JSON is the reference's.
    private static void WriteFormats(Utf8JsonWriter json, ValueList<ResponseFormat> formats)
    {
        if (formats.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("response_formats"u8);
        foreach (ResponseFormat format in formats)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, format.Name);
            json.WriteString("description"u8, format.Description);
            json.WritePropertyName("schema"u8);
            json.WriteRawValue(format.Schema.CanonicalUtf8, skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIfPresent(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
