using Harmony.Core;
using Harmony.Fuzz.Inputs;

namespace Harmony.Fuzz.Targets;

/// <summary>A held conversation that messages are put into and taken out of: its prompt is always what rendering
/// afresh gives.</summary>
internal sealed class HeldConversationTarget : IFuzzTarget
{
    public string Name => "held";

    public void Run(FuzzCase one)
    {
        Message[] messages = NextMessages(one);
        if (messages.Length == 0)
        {
            return;
        }

        HarmonyEncoding encoding = HarmonyEncoding.For(one.Pick(Enum.GetValues<HarmonyDialect>()));
        var renderer = new ConversationRenderer(encoding, one.OneIn(2) ? RenderOptions.History : RenderOptions.Completion);
        int[] before = [];
        for (int step = one.Random.Next(1, 12); step > 0; step--)
        {
            Change(one, renderer, messages);
            int[]? afresh = TryRender(() => encoding.Render(renderer.ToConversation(), renderer.Options));
            int[]? held = TryRender(() => renderer.Render().ToArray());
            FuzzException.ThrowUnless((afresh is null) == (held is null), "only one of them is refused");
            if (afresh is null || held is null)
            {
                return;
            }

            FuzzException.ThrowUnlessEqual<int>(afresh, held, "held");
            int unchanged = renderer.UnchangedIdCount;
            FuzzException.ThrowUnless(
                before.AsSpan().CommonPrefixLength(held) >= unchanged, $"{unchanged} ids were to be unchanged");
            before = held;
        }
    }

    private static void Change(FuzzCase one, ConversationRenderer renderer, Message[] messages)
    {
        int count = renderer.Count;
        switch (count == 0 ? 0 : one.Random.Next(7))
        {
            case 0 or 1:
                renderer.Add(one.Pick(messages));
                break;
            case 2:
                renderer.Insert(one.Random.Next(count + 1), one.Pick(messages));
                break;
            case 3:
                renderer.RemoveAt(one.Random.Next(count));
                break;
            case 4:
                renderer[one.Random.Next(count)] = one.Pick(messages);
                break;
            case 5:
                renderer.Options = one.OneIn(2) ? RenderOptions.History : RenderOptions.Completion;
                break;
            default:
                renderer.Update([.. Enumerable.Range(0, one.Random.Next(5)).Select(_ => one.Pick(messages))]);
                break;
        }
    }

    private static Message[] NextMessages(FuzzCase one)
    {
        var messages = new List<Message> { Message.User("Hi."), Message.Assistant("Yes.", "final"), Message.Assistant("Hm.", "analysis") };
        for (int tries = 0; tries < 6; tries++)
        {
            byte[] json = JsonMaker.NextConversation(one);
            one.Note("json", json);
            try
            {
                messages.AddRange([.. Conversation.Parse(json).Messages]);
            }
            catch (HarmonyJsonException)
            {
                // Damaged: the others will do.
                continue;
            }
        }

        return [.. messages];
    }

    private static int[]? TryRender(Func<int[]> render)
    {
        try
        {
            return render();
        }
        catch (HarmonyException e) when (e is HarmonyRenderException or HarmonyValueException)
        {
            return null;
        }
    }
}
