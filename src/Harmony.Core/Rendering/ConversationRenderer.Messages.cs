using System.Runtime.InteropServices;
using Harmony.Core.Rendering;

namespace Harmony.Core;

public sealed partial class ConversationRenderer
{
    // After so many messages of an update that are nowhere among those held, the rest is taken as new.
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

            Forget(index, 1);
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
    public void AddRange(params ReadOnlySpan<Message> messages)
    {
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
        Forget(index, 0);
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
        Forget(index, count);
        _slots.RemoveRange(index, count);
    }

    /// <summary>Removes all messages and gives the memory of their ids back. The last prompt stays, so that
    /// the next can be compared with it.</summary>
    public void Clear()
    {
        Forget(0, 0);
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
        int at = 0;
        int searches = MaxFailedSearches;
        foreach (Message message in conversation)
        {
            int found = searches > 0 ? Find(message, at) : -1;
            if (found < 0)
            {
                searches--;
                Insert(at, message);
            }
            else
            {
                RemoveRange(at, found - at);
            }

            at++;
        }

        RemoveRange(at, Count - at);
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

    /// <summary>Gives up what is known of messages that change, and of what depends on their
    /// places.</summary>
    private void Forget(int index, int count)
    {
        // Backwards, since only the end of the store can simply shrink.
        for (int i = index + count - 1; i >= index; i--)
        {
            _segments.Remove(_slots[i].SegmentStart, _slots[i].SegmentLength);
        }

        _unchangedMessages = Math.Min(_unchangedMessages, index);
        if (index < _plan.Count)
        {
            _plan = new ConversationPlan();
        }
    }
}
