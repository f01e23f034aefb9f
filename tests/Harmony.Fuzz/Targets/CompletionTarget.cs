using Harmony.Core;
using Harmony.Fuzz.Inputs;

namespace Harmony.Fuzz.Targets;

/// <summary>Ids to messages, whole and one by one, in every mode; what comes out can be rendered and parsed
/// again.</summary>
internal sealed class CompletionTarget : IFuzzTarget
{
    private static readonly Role?[] Roles = [null, .. Enum.GetValues<Role>().Select(static role => (Role?)role)];

    public string Name => "completion";

    public void Run(FuzzCase one)
    {
        int[] ids = one.OneIn(4) ? IdMaker.Next(one, 200) : IdMaker.NextCompletion(one);
        one.Note("ids", ids);
        foreach (HarmonyDialect dialect in Enum.GetValues<HarmonyDialect>())
        {
            HarmonyEncoding encoding = HarmonyEncoding.For(dialect);
            foreach (bool strict in (bool[])[true, false])
            {
                Role? role = one.Pick(Roles);
                ValueList<Message>? whole = Parse(encoding, ids, role, strict, out string? error);
                ValueList<Message>? streamed = ParseOneByOne(encoding, ids, role, strict, out string? streamError);
                FuzzException.ThrowUnless(Equals(whole, streamed) && error == streamError, "one by one is not whole");
                if (whole is ValueList<Message> messages)
                {
                    RenderAgain(encoding, messages);
                }
            }
        }
    }

    private static ValueList<Message>? Parse(
        HarmonyEncoding encoding, int[] ids, Role? role, bool strict, out string? error)
    {
        error = null;
        try
        {
            return encoding.ParseMessages(ids, role, strict);
        }
        catch (HarmonyParseException e)
        {
            error = e.Message;
            return null;
        }
    }

    private static ValueList<Message>? ParseOneByOne(
        HarmonyEncoding encoding, int[] ids, Role? role, bool strict, out string? error)
    {
        error = null;
        var parser = new StreamableParser(encoding, role, strict);
        try
        {
            foreach (int id in ids)
            {
                parser.Process(id);
            }

            parser.ProcessEnd();
            return ValueList.Create([.. parser.Messages]);
        }
        catch (HarmonyParseException e)
        {
            error = e.Message;
            return null;
        }
    }

    private static void RenderAgain(HarmonyEncoding encoding, ValueList<Message> messages)
    {
        var conversation = new Conversation(messages);
        FuzzException.ThrowUnless(
            Conversation.Parse(conversation.ToJson()).Equals(conversation), "by way of JSON");
        try
        {
            int[] prompt = encoding.RenderForCompletion(conversation);
            FuzzException.ThrowUnless(
                encoding.CountIds(conversation, RenderOptions.Completion) == prompt.Length, "count of the prompt");
        }
        catch (HarmonyException e) when (e is HarmonyRenderException or HarmonyValueException)
        {
            FuzzException.ThrowUnless(e.Message.Length > 0, "no message");
        }
    }
}
