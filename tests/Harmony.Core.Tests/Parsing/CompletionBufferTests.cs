using Harmony.Core.Parsing;

namespace Harmony.Core.Tests.Parsing;

/// <summary>The cursors of a completion: looked at, ready, taken.</summary>
public class CompletionBufferTests
{
    [Fact]
    public void MarkReady_TextOfIdsThatWereLookedAt_MakesThemReady()
    {
        CompletionBuffer buffer = BufferOf([1, 2, 3], "abcd"u8);
        buffer.MoveTo(2);
        buffer.MarkReady(3);
        Assert.Equal((2, 3), (buffer.ReadyIds, buffer.ReadyText));
        Assert.Equal([1, 2], buffer.HeldIds);

        // What is ready stays ready, with its ids.
        buffer.MoveTo(3);
        buffer.MarkReady(2);
        Assert.Equal((2, 3), (buffer.ReadyIds, buffer.ReadyText));
    }

    [Fact]
    public void Take_AllIds_LeavesOnlyTheTextThatIsHeld()
    {
        CompletionBuffer buffer = BufferOf([1, 2], "abcd"u8);
        buffer.MoveTo(2);
        buffer.MarkReady(3);
        buffer.Take(textEnd: 3, idEnd: 2);
        Assert.Equal((3, 2, 0), (buffer.TextTaken, buffer.IdsTaken, buffer.HeldIdCount));
        Assert.False(buffer.IsDrained);

        buffer.DropHeldText();
        Assert.True(buffer.IsDrained);
    }

    [Fact]
    public void Recycle_PartTaken_MovesTheRestAndAllCursors()
    {
        CompletionBuffer buffer = BufferOf([1, 2, 3], "abcd"u8);
        buffer.MoveTo(3);
        buffer.MarkReady(2);
        buffer.Take(textEnd: 2, idEnd: 1);
        buffer.Recycle();

        Assert.Equal([2, 3], buffer.Ids);
        Assert.Equal("cd"u8, buffer.Text.Items);
        Assert.Equal((1, 0, 2, 2), (buffer.FirstIdPosition, buffer.IdsTaken, buffer.ReadyIds, buffer.Next));
        Assert.Equal((0, 0), (buffer.TextTaken, buffer.ReadyText));
    }

    [Fact]
    public void ReplaceWithTaken_IdAfterId_CountsPositions()
    {
        CompletionBuffer buffer = BufferOf([1, 2], "ab"u8);
        buffer.MoveTo(2);
        buffer.MarkReady(2);
        buffer.Take(textEnd: 2, idEnd: 2);
        buffer.ReplaceWithTaken(3);
        Assert.Equal([3], buffer.Ids);
        Assert.Equal((2, 0), (buffer.FirstIdPosition, buffer.HeldIdCount));

        buffer.ReplaceWithNextTaken(4);
        Assert.Equal([4], buffer.Ids);
        Assert.Equal(3, buffer.FirstIdPosition);
        Assert.True(buffer.IsDrained);
    }

    private static CompletionBuffer BufferOf(ReadOnlySpan<int> ids, ReadOnlySpan<byte> utf8)
    {
        var buffer = new CompletionBuffer();
        buffer.Append(ids);
        buffer.Text.Append(utf8);
        return buffer;
    }
}
