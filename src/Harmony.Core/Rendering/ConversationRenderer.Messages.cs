using System.Runtime.InteropServices;
using Harmony.Core.Rendering;

namespace Harmony.Core;

public sealed partial class ConversationRenderer
{
    // After this many failed searches of an update, all further messages are taken as new.
    private const int MaxFailedSearches = 16;

    /// <summary>Gets or sets the message at a position counted from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public Message this[int index]
    {
        get => _slots[index].Message;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            ref MessageSlot slot = ref CollectionsMarshal.AsSpan(_slots)[index];
            if (slot.Message.Equals(value) && HaveSameIds(slot.Message, value))
            {
                slot.Message = value;
                return;
            }

            RemoveSegments(index, index + 1);
            Invalidate(index);
            slot = new MessageSlot(value);
        }
    }

    /// <summary>Appends a message.</summary>
    public void Add(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _slots.Add(new MessageSlot(message));
    }

    /// <summary>Appends messages.</summary>
    /// <exception cref="ArgumentException">A message is null; none was appended.</exception>
    public void AddRange(params ReadOnlySpan<Message> messages)
    {
        ValueList.RefuseNull(messages, nameof(messages));
        foreach (Message message in messages)
        {
            Add(message);
        }
    }

    /// <summary>Inserts a message at a position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public void Insert(int index, Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _slots.Insert(index, new MessageSlot(message));
        Invalidate(index);
    }

    /// <summary>Removes the message at a position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public void RemoveAt(int index) => RemoveRange(index, 1);

    /// <summary>Removes messages.</summary>
    /// <param name="index">The position of the first.</param>
    /// <param name="count">The number of messages.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such positions.</exception>
    public void RemoveRange(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Count);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - index);
        RemoveSegments(index, index + count);
        Invalidate(index);
        _slots.RemoveRange(index, count);
    }

    /// <summary>Removes all messages and frees the memory of their ids. The last prompt stays, so that the
    /// next can be compared with it.</summary>
    public void Clear()
    {
        Invalidate(0);
        _slots.Clear();
        _segments.Clear();
    }

    /// <summary>
    /// Replaces the messages by those of a conversation, such as one that a client sends whole with every
    /// turn. Messages that are held already, in the same order, are not tokenized again. A held message that
    /// was sampled keeps its <see cref="Message.SampledIds"/> even if the equal one that comes in has none,
    /// so that the prompt does not change.
    /// </summary>
    public void Update(Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var updated = new List<MessageSlot>(conversation.Messages.Count);
        int next = 0;
        int unchanged = 0;
        int searches = MaxFailedSearches;
        foreach (Message message in conversation)
        {
            int found = searches > 0 ? Find(message, next) : -1;
            if (found < 0)
            {
                searches--;
                updated.Add(new MessageSlot(message));
                continue;
            }

            unchanged += found == unchanged && updated.Count == unchanged ? 1 : 0;
            updated.Add(_slots[found]);
            RemoveSegments(next, found);
            next = found + 1;
        }

        RemoveSegments(next, Count);
        Invalidate(unchanged);
        _slots.Clear();
        _slots.AddRange(updated);
    }

    /// <summary>Returns the messages as a conversation. Copies a reference for each.</summary>
    public Conversation ToConversation()
    {
        var messages = new Message[Count];
        for (int i = 0; i < messages.Length; i++)
        {
            messages[i] = _slots[i].Message;
        }

        return new Conversation(ValueList.Own(messages));
    }

    /// <summary>Finds an equal message from a position on; −1 if there is none.</summary>
    private int Find(Message message, int from)
    {
        ReadOnlySpan<MessageSlot> slots = CollectionsMarshal.AsSpan(_slots);
        for (int i = from; i < slots.Length; i++)
        {
            Message held = slots[i].Message;
            if (held.Equals(message) && (message.SampledIds.IsEmpty || HaveSameIds(held, message)))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool HaveSameIds(Message one, Message other) =>
        one.IsStartInPrompt == other.IsStartInPrompt
            && one.SampledIds.Span.SequenceEqual(other.SampledIds.Span);

    /// <summary>Frees the ids of messages that are removed or replaced.</summary>
    private void RemoveSegments(int start, int end)
    {
        // Backwards, because only the end of the store can shrink.
        for (int i = end - 1; i >= start; i--)
        {
            _segments.Remove(_slots[i].SegmentStart, _slots[i].SegmentLength);
        }
    }

    /// <summary>Invalidates everything that depends on messages from a position on.</summary>
    private void Invalidate(int index)
    {
        _unchangedMessages = Math.Min(_unchangedMessages, index);
        if (index < _plan.Count)
        {
            _plan = new ConversationPlan();
        }
    }
}
