namespace Harmony.Core.Tests.Model;

public class ValueListTests
{
    [Fact]
    public void ValueList_Default_IsTheEmptyList()
    {
        ValueList<int> list = default;
        Assert.Equal((0, true), (list.Count, list.IsEmpty));
        Assert.Equal([], list);
        Assert.True(list == ValueList.Create<int>());
        Assert.Equal(list.GetHashCode(), ValueList.Create<int>().GetHashCode());
        Assert.Throws<ArgumentOutOfRangeException>(() => list[0]);
        Assert.Equal(-1, Assert.Throws<ArgumentOutOfRangeException>("index", () => list[-1]).ActualValue);
    }

    [Fact]
    public void Equals_SameItems_DependsOnOrder()
    {
        ValueList<string> list = ["a", "b"];
        Assert.True(list == ValueList.FromEnumerable(["a", "b"]));
        Assert.True(list != ["b", "a"]);
        Assert.True(list != ["a"]);
        Assert.Equal(["a", "b", "c"], list.Add("c"));
        Assert.Equal(2, list.Count);
    }

    [Fact]
    public void Create_ArrayChangedLater_KeepsItsItems()
    {
        int[] items = [1, 2];
        ValueList<int> list = ValueList.Create(items);
        items[0] = 9;
        Assert.Equal(1, list[0]);
    }

    [Fact]
    public void Conversation_SameMessages_IsEqual()
    {
        Conversation chat = [Message.User("a"), Message.Assistant("b", Channels.Final)];
        Message second = Message.Assistant("b").WithChannel("final");
        Assert.Equal(chat, new Conversation().Add(Message.User("a")).Add(second));
        Assert.NotEqual(chat, chat.Add(Message.User("c")));
        Assert.NotEqual(Message.User("a"), Message.User("a").WithName("x"));
        Assert.NotEqual(Message.User("a"), Message.User("a").AddContent("b"));
        Assert.Equal("ab", Message.User("a").AddContent("b").Text);
    }
}
