namespace InferenceServer.Routing;

public sealed class PrefixIndexTests
{
    [Fact]
    public void Match_WhatWasAdded_IsTheCommonBeginning()
    {
        var index = new PrefixIndex(100);
        index.Add([1, 2, 3]);

        Assert.Equal(
            (3, 2, 0, 0), (index.Match([1, 2, 3, 4]), index.Match([1, 2, 9]), index.Match([9, 2]), index.Match([])));
    }

    [Fact]
    public void Add_MoreThanTheLimit_DropsTheDeepestOfTheOldest()
    {
        var index = new PrefixIndex(5);
        index.Add([1, 2, 3]);
        index.Add([1, 20, 30, 40]);

        // 2 and 3 were used longest ago, and of these 3 goes first.
        Assert.Equal((5, 2, 4), (index.Count, index.Match([1, 2, 3]), index.Match([1, 20, 30, 40])));
    }

    [Fact]
    public void Add_APromptOverTheLimit_KeepsItsBeginning()
    {
        var index = new PrefixIndex(2);
        index.Add([1, 2, 3, 4]);

        Assert.Equal((2, 2), (index.Count, index.Match([1, 2, 3, 4])));
    }
}
