using System.Text;
using Harmony.Core;
using Harmony.Fuzz.Inputs;

namespace Harmony.Fuzz.Targets;

/// <summary>JSON to the model to JSON: refused with a clear error, or read, written, read the same, and
/// rendered.</summary>
internal sealed class ConversationTarget : IFuzzTarget
{
    public string Name => "conversation";

    public void Run(FuzzCase one)
    {
        byte[] json = JsonMaker.NextConversation(one);
        one.Note("json", json);
        if (TryRead(json, out Conversation? conversation) && conversation is not null)
        {
            string written = conversation.ToJson();
            Conversation again = Conversation.Parse(written);
            FuzzException.ThrowUnless(again.Equals(conversation), "read again");
            FuzzException.ThrowUnless(again.ToJson() == written, "written again");
            Render(one, conversation);
        }
    }

    private static bool TryRead(byte[] json, out Conversation? conversation)
    {
        conversation = null;
        try
        {
            conversation = Conversation.Parse(json);
            return true;
        }
        catch (HarmonyJsonException e)
        {
            FuzzException.ThrowUnless(e.Message.Length > 0, "no message");
        }

        try
        {
            conversation = [Message.Parse(json)];
            return true;
        }
        catch (HarmonyJsonException)
        {
            return false;
        }
    }

    private static void Render(FuzzCase one, Conversation conversation)
    {
        foreach (HarmonyDialect dialect in Enum.GetValues<HarmonyDialect>())
        {
            HarmonyEncoding encoding = HarmonyEncoding.For(dialect);
            try
            {
                int[] ids = encoding.Render(conversation);
                FuzzException.ThrowUnless(encoding.CountIds(conversation) == ids.Length, "count");
                FuzzException.ThrowUnless(Encoding.UTF8.GetByteCount(encoding.Decode(ids)) >= 0, "decoded");
                var room = new int[one.Random.Next(ids.Length + 1)];
                encoding.Render(conversation, room, out int written, out int missing);
                FuzzException.ThrowUnlessEqual<int>(ids.AsSpan(0, written), room.AsSpan(0, written), "in little room");
                FuzzException.ThrowUnless(missing == ids.Length - room.Length, "ids missing");
            }
            catch (HarmonyException e) when (e is HarmonyRenderException or HarmonyValueException)
            {
                FuzzException.ThrowUnless(e.Message.Length > 0, "no message");
            }
        }
    }
}
