using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Harmony.Core.Json;

namespace Harmony.Core;

/// <summary>
/// The messages of a chat, in order. Immutable, with value equality, and safe to share between threads. Write
/// it as a collection: <c>Conversation chat = [Message.User("Hi")];</c>
/// </summary>
[CollectionBuilder(typeof(Conversation), nameof(FromMessages))]
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record Conversation
{
    /// <summary>An empty conversation.</summary>
    public Conversation()
    {
    }

    /// <summary>A conversation of these messages, in their order.</summary>
    public Conversation(ValueList<Message> messages) => Messages = messages;

    /// <summary>The messages, oldest first.</summary>
    public ValueList<Message> Messages { get; init; }

    /// <summary>A conversation of these messages, in their order.</summary>
    /// <exception cref="ArgumentException">A message is null.</exception>
    public static Conversation FromMessages(params ReadOnlySpan<Message> messages) =>
        new(ValueList.Create(messages));

    /// <summary>This conversation with further messages at its end. Copies the references to the messages:
    /// its cost grows with their number.</summary>
    /// <exception cref="ArgumentException">A message is null.</exception>
    public Conversation Add(params ReadOnlySpan<Message> messages) => new(Messages.AddRange(messages));

    /// <summary>Lets <c>foreach</c> walk the messages without allocating.</summary>
    public ValueList<Message>.Enumerator GetEnumerator() => Messages.GetEnumerator();
}
