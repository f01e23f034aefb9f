using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>
/// The messages of a chat, in order. Immutable, with value equality, and safe to share between threads. Write
/// it as a collection: <c>Conversation chat = [Message.User("Hi")];</c>
/// </summary>
[CollectionBuilder(typeof(Conversation), nameof(FromMessages))]
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed partial record Conversation : IReadOnlyList<Message>
{
    /// <summary>An empty conversation.</summary>
    public Conversation()
    {
    }

    /// <summary>A conversation of these messages, in their order.</summary>
    public Conversation(ValueList<Message> messages) => Messages = messages;

    /// <summary>The messages, oldest first.</summary>
    public ValueList<Message> Messages { get; init; }

    /// <summary>The number of messages.</summary>
    public int Count => Messages.Count;

    /// <summary>Gets the message at a position counted from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public Message this[int index] => Messages[index];

    /// <summary>A conversation of these messages, in their order.</summary>
    /// <exception cref="ArgumentException">A message is null.</exception>
    public static Conversation FromMessages(params ReadOnlySpan<Message> messages) =>
        new(ValueList.Create(messages));

    /// <summary>This conversation with further messages at its end. Copies the references to the messages:
    /// its cost grows with their number.</summary>
    /// <exception cref="ArgumentException">A message is null.</exception>
    public Conversation Add(params ReadOnlySpan<Message> messages) => new(Messages.AddRange(messages));

    /// <summary>Enumerates the messages, oldest first, without allocating.</summary>
    public ValueList<Message>.Enumerator GetEnumerator() => Messages.GetEnumerator();

    IEnumerator<Message> IEnumerable<Message>.GetEnumerator() => ((IEnumerable<Message>)Messages).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)Messages).GetEnumerator();
}
