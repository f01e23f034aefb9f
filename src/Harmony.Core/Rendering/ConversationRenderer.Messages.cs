using System.Runtime.InteropServices;
using Harmony.Core.Rendering;

namespace Harmony.Core;

public sealed partial class ConversationRenderer
{
    // After this many messages of an update that are nowhere among those held, the rest is taken as new.
    private const int MaxFailedSearches = 16;

    /// <summary>The message at a position counted from 0. Setting it replaces the message.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public Message this[int index]
    {
        get => _slots[index].Message;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            ref MessageSlot slot = ref CollectionsMarshal.AsSpan(_slots)[index];
            if (slot.Message.Equals(value) && HaveSameIds(slot.Message, value))
            {
                slot.Message = value;
                return;
            }

            RemoveSegments(index, index + 1);
            Forget(index);
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

    /// <summary>Puts a message before the one at a position, or at the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public void Insert(int index, Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _slots.Insert(index, new MessageSlot(message));
        Forget(index);
    }

    /// <summary>Removes the message at a position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public void RemoveAt(int index) => RemoveRange(index, 1);

    /// <summary>Removes messages.</summary>
    /// <param name="index">The position of the first.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such positions.</exception>
    public void RemoveRange(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)Count, nameof(index));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(Count - index), nameof(count));
        RemoveSegments(index, index + count);
        Forget(index);
        _slots.RemoveRange(index, count);
    }

    /// <summary>Removes all messages and gives the memory of their ids back. The last prompt stays, so that
    /// the next can be compared with it.</summary>
    public void Clear()
    {
        Forget(0);
        _slots.Clear();
        _segments.Clear();
    }

    /// <summary>
    /// Takes over a conversation that was built elsewhere, such as one that a client sends whole with every
    /// turn. Messages that are held already, in the same order, stay and are not tokenized again: also those
    /// that were sampled and come back without <see cref="Message.SampledIds"/>, so that the prompt goes on
    /// with the sampled ids.
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
        Forget(unchanged);
        _slots.Clear();
        _slots.AddRange(updated);
    }

    /// <summary>The messages as a conversation. Copies the references to them.</summary>
    public Conversation ToConversation()
    {
        var messages = new Message[Count];
        for (int i = 0; i < messages.Length; i++)
        {
            messages[i] = _slots[i].Message;
        }

        return new Conversation(ValueList.Own(messages));
    }

    /// <summary>The position, from a first one on, of a message that stands for the same; -1 if there is
    /// none.</summary>
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

    /// <summary>Gives up the ids of messages that are removed or replaced.</summary>
    private void RemoveSegments(int start, int end)
    {
        // Backwards, since only the end of the store can simply shrink.
        for (int i = end - 1; i >= start; i--)
        {
            _segments.Remove(_slots[i].SegmentStart, _slots[i].SegmentLength);
        }
    }

    /// <summary>Invalidates what depends on the messages from a position on.</summary>
    private void Forget(int index)
    {
        _unchangedMessages = Math.Min(_unchangedMessages, index);
        if (index < _plan.Count)
        {
            _plan = new ConversationPlan();
        }
    }
}
