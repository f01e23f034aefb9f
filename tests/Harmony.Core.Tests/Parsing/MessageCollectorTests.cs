using Harmony.Core.Parsing;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Messages built from their segments.</summary>
public class MessageCollectorTests
{
    private const int NoEndToken = -1;

    private static readonly ParsedHeader Header = new(Role.Assistant, null, Channels.Final, null);

    [Fact]
    public void Complete_Segments_GivesTheirTextAndIds()
    {
        var collector = new MessageCollector();
        collector.Reset(isEnabled: true);
        collector.Begin(keepsIds: true, isStartInPrompt: true);
        collector.Add([1, 2], default);
        collector.Add(3, "Hi"u8);
        collector.Add([200_002], default);
        collector.Complete(Header, 200_002);

        Message message = Assert.Single(collector.Messages);
        Assert.Equal(Message.Assistant("Hi", Channels.Final), message);
        Assert.Equal([1, 2, 3, 200_002], message.SampledIds.ToArray());
        Assert.False(collector.IsOpen);
    }

    [Theory]
    [InlineData(false, NoEndToken, 0)]
    [InlineData(true, NoEndToken, 2)]
    [InlineData(true, 199_999, 1)]
    public void Complete_IdsThatAPromptCannotRepeat_LeavesThemOut(bool keepsIds, int endToken, int kept)
    {
        var collector = new MessageCollector();
        collector.Reset(isEnabled: true);
        collector.Begin(keepsIds: true, isStartInPrompt: false);
        collector.Add([1, 199_999], "a"u8);
        if (!keepsIds)
        {
            collector.DropIds();
        }

        collector.Complete(Header, endToken);
        Assert.Equal(kept, Assert.Single(collector.Messages).SampledIds.Length);
    }

    [Fact]
    public void Begin_NotEnabled_CollectsNothing()
    {
        var collector = new MessageCollector();
        collector.Reset(isEnabled: false);
        collector.Begin(keepsIds: true, isStartInPrompt: false);
        Assert.False(collector.IsOpen);
        collector.Complete(Header, NoEndToken);
        Assert.Empty(collector.Messages);
    }
}
