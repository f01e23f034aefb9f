using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>The messages of a chat, in order. Immutable and thread-safe, with value equality.</summary>
/// <example><code>
/// Conversation chat = [Message.System(SystemContent.Default), Message.User("Hi")];
/// int[] prompt = HarmonyEncoding.OpenAI.RenderForCompletion(chat);
/// </code></example>
[CollectionBuilder(typeof(Conversation), nameof(FromMessages))]
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed partial record Conversation : IReadOnlyList<Message>
{
    /// <summary>Creates an empty conversation.</summary>
    public Conversation()
    {
    }

    /// <summary>Creates a conversation of messages, in their order.</summary>
    public Conversation(ValueList<Message> messages) => Messages = messages;

    /// <summary>Gets the messages, oldest first.</summary>
    public ValueList<Message> Messages { get; init; }

    /// <summary>Gets the number of messages.</summary>
    public int Count => Messages.Count;

    /// <summary>Gets the message at a position counted from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public Message this[int index] => Messages[index];

    /// <summary>Creates a conversation of messages, in their order.</summary>
    /// <exception cref="ArgumentException">A message is null.</exception>
    public static Conversation FromMessages(params ReadOnlySpan<Message> messages) =>
        new(ValueList.Create(messages));

    /// <summary>Returns a copy with more messages at the end. Copies a reference for each message.</summary>
    /// <exception cref="ArgumentException">A message is null.</exception>
    public Conversation Add(params ReadOnlySpan<Message> messages) => new(Messages.AddRange(messages));

    /// <summary>Enumerates the messages, oldest first, without allocating.</summary>
    public ValueList<Message>.Enumerator GetEnumerator() => Messages.GetEnumerator();

    IEnumerator<Message> IEnumerable<Message>.GetEnumerator() => ((IEnumerable<Message>)Messages).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)Messages).GetEnumerator();
}
