using Harmony.Engines;
using Harmony.Extensions.AI.Tests.Support;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Tests.Frameworks;

/// <summary>ChatClientAgent of Microsoft.Agents.AI.</summary>
public sealed class AgentTests
{
    private static readonly string Held = Scripts.Answer.Replace("<|return|>", "<|end|>", StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Agent_WithASession_GoesOnWithWhatWasSampled(bool streams)
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Call, Scripts.Answer, Scripts.Answer);
        var weather = new Weather();
        AIAgent agent = new ChatClientAgent(
            engine.AsIChatClient(), instructions: "Be brief.", name: "Weather agent", tools: [weather.Function]);
        AgentSession session = await agent.CreateSessionAsync();
        await AskAsync(agent, session, streams);

        // A stored session goes on as well.
        session = await agent.DeserializeSessionAsync(await agent.SerializeSessionAsync(session));
        string answer = await AskAsync(agent, session, streams);

        Assert.Equal("Yes.", answer);
        Assert.Equal(["Oslo"], weather.Cities);
        Assert.StartsWith(engine.Prompt(0) + Scripts.Call, engine.Prompt(1), StringComparison.Ordinal);
        Assert.Contains("# Instructions\n\nBe brief.", engine.Prompt(1), StringComparison.Ordinal);

        // The reasoning of a finished turn is left out.
        Assert.StartsWith(
            engine.Prompt(1).Replace(Scripts.Thought, "", StringComparison.Ordinal) + Held,
            engine.Prompt(2),
            StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(AIAgent agent, AgentSession session, bool streams)
    {
        if (!streams)
        {
            return (await agent.RunAsync("Rain in Oslo?", session)).Text;
        }

        string text = "";
        await foreach (AgentResponseUpdate update in agent.RunStreamingAsync("Rain in Oslo?", session))
        {
            text += update.Text;
        }

        return text;
    }
}
